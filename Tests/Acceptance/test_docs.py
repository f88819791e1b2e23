"""What the documentation shows is what the binary prints."""

import json
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_readme_has_the_catalogue_of_metrics(workspace):
    printed = workspace.jobsweep("metrics").exits(0).out
    assert printed.strip() in (ROOT / "README.md").read_text()


def test_the_reference_of_settings(workspace):
    printed = workspace.jobsweep("config", "--reference").exits(0).out
    assert (ROOT / "docs" / "configuration.md").read_text().endswith(printed)


def test_every_command_is_in_the_readme(workspace):
    lines = workspace.jobsweep("--help").exits(0).out.split("SUBCOMMANDS:")[1].splitlines()
    commands = [line.split()[0] for line in lines if line.startswith("  ") and not line.startswith("   ") and "See" not in line]
    readme = (ROOT / "README.md").read_text()
    assert len(commands) >= 8
    assert [command for command in commands if f"`jobsweep {command}" not in readme] == []


def test_completion_scripts(workspace):
    for shell in ("bash", "zsh", "fish"):
        script = workspace.jobsweep("--generate-completion-script", shell).exits(0).out
        assert "preview" in script and "old_downloads" in script


def test_the_readme_s_rule_works_on_the_demonstration_database(workspace):
    text = (ROOT / "README.md").read_text()
    rule = text.split("works on the demonstration database:\n\n```yaml\n")[1].split("```")[0]
    workspace.folder.joinpath("rules.yml").write_text(rule)
    demo = ("--database", str(workspace.folder / "demo.db"))
    workspace.jobsweep("demo", *demo).exits(0)
    common = ("--config.file", str(workspace.folder / "rules.yml"), "--state", str(workspace.folder / "state"), *demo)
    check = workspace.jobsweep("check", *common).exits(0).out
    assert "old_plans: 180 rows in analysis_plan, 11 of them would go now; updated_at is text, from " in check
    preview = json.loads(workspace.jobsweep("preview", *common, "--only", "old_plans", "--json").exits(0).out)
    assert preview["rows_deleted"]["old_plans"] == 11
    run = json.loads(workspace.jobsweep("run", *common, "--only", "old_plans", "--json").exits(0).out)
    assert run["rows_deleted"] == preview["rows_deleted"] and run["dependents_deleted"] == preview["dependents_deleted"]


def test_the_documents_of_rules_name_every_key(workspace):
    workspace.configure({"rules": [{"name": "x", "nonsense": 1}]})
    said = workspace.command("check").exits(2).err
    known = said.split("known here: ")[1].splitlines()[0].split(", ")
    text = (ROOT / "docs" / "rules.md").read_text()
    assert len(known) > 12
    # Those are for presets, which don't know the database that they meet.
    assert [key for key in known if key not in ("only_if", "not_if") and f"{key}" not in text] == []
