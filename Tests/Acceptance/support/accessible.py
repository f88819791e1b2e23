"""axe-core, which finds what people with a screen reader or a keyboard stumble over."""

from importlib.resources import files

_AXE = files("axe_core_python").joinpath("axe.min.js").read_text()


def findings(browser):
    """What axe finds on the page that the browser shows: each rule with the elements that break it."""
    if not browser.execute_script("return 'axe' in window"):
        browser.execute_script(_AXE)
    result = browser.execute_async_script("axe.run({resultTypes: ['violations']}).then(arguments[0], (error) => arguments[0]({violations: [{id: String(error), nodes: []}]}))")
    return [(found["id"], [node["html"] for node in found["nodes"]]) for found in result["violations"]]
