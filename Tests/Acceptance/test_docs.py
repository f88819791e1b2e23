"""What the documentation shows is what the binary prints."""

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
