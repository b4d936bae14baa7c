"""A policy out to a file and back as a draft."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from apps.risk.models import PolicyVersion
from apps.risk.policy.text import policy_text
from apps.staff.models import Role
from tests.risk.calm import POLICY
from tests.support.factories import make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "policy.yaml"
    call_command("export_policy", output=path)
    return path


def test_exports_the_policy_in_force(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert file.read_text(encoding="utf-8") == policy_text(POLICY)
    call_command("export_policy", "1")
    assert capsys.readouterr().out == file.read_text(encoding="utf-8")


@pytest.mark.parametrize("named", ["2", "99999999999999999999", "pol_none"])
def test_exports_no_version_that_does_not_exist(named: str) -> None:
    with pytest.raises(CommandError, match="no such version"):
        call_command("export_policy", named)


def test_says_why_a_file_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="Is a directory"):
        call_command("export_policy", output=tmp_path)


def test_imports_what_was_exported_as_a_draft(file: Path) -> None:
    author, out = make_person("okafor", Role.SUPERVISOR), StringIO()
    call_command("import_policy", file, author="okafor", reason="From the other site", stdout=out)
    version = PolicyVersion.objects.get(pk=out.getvalue().strip())
    assert (version.status, version.author, version.reason) == ("draft", author, "From the other site")
    assert version.document == PolicyVersion.objects.get(number=1).document
    exported = file.with_name("again.yaml")
    call_command("export_policy", version.pk, output=exported)
    assert exported.read_bytes() == file.read_bytes()


def test_only_checks_when_asked_to(file: Path) -> None:
    make_person("okafor", Role.SUPERVISOR)
    call_command("import_policy", file, author="okafor", check=True)
    assert PolicyVersion.objects.count() == 1


def test_names_file_line_and_path_of_every_mistake(file: Path) -> None:
    make_person("okafor", Role.SUPERVISOR)
    text = file.read_text(encoding="utf-8").replace("medium: 25", "medium: '25'")
    file.write_text(f"{text}colour: red\n", encoding="utf-8")
    lines = text.splitlines()
    (levels,) = [place for place, line in enumerate(lines, start=1) if line.startswith("levels:")]
    with pytest.raises(CommandError) as refusal:
        call_command("import_policy", file, author="okafor")
    assert str(refusal.value).splitlines() == [
        f"{file}:{levels}: levels.medium: Must be a whole number.",
        f"{file}:{len(lines) + 1}: colour: There is no such field.",
    ]
    assert PolicyVersion.objects.count() == 1


@pytest.mark.parametrize("username", ["nobody", "lin", "gone"])
def test_takes_drafts_of_supervisors_only(file: Path, username: str) -> None:
    make_person("lin")
    gone = make_person("gone", Role.SUPERVISOR)
    gone.is_active = False
    gone.save()
    with pytest.raises(CommandError, match=f"{username} is not a supervisor"):
        call_command("import_policy", file, author=username)


def test_says_why_a_file_cannot_be_read(tmp_path: Path) -> None:
    make_person("okafor", Role.SUPERVISOR)
    with pytest.raises(CommandError, match="No such file"):
        call_command("import_policy", tmp_path / "none.yaml", author="okafor")
    (tmp_path / "latin.yaml").write_bytes(b"a: \xff")
    with pytest.raises(CommandError, match="not UTF-8 at byte 3"):
        call_command("import_policy", tmp_path / "latin.yaml", author="okafor")
