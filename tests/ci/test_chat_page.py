"""The commands of docs/chat.md: what a webhook is sent, and the exit status of the job."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[2] / "docs/chat.md").read_text(encoding="utf-8")
(SCRIPT,) = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
MESSAGES = re.findall(r"^\| ([A-Z]\w+).*? \| `(\{.*?\})`", PAGE, re.MULTILINE)
LINES = '1 DRIFTED\n✗ DRIFTED ecs cn-hangzhou m-1: missing 1234567890123456 "web" \\ team\n'


def sent(
    folder: Path, script: str, status: int, lines: str | None = LINES, old: str = ""
) -> tuple[int, list[str]]:
    """Run a script whose `image-share` ends with a status; give its own, and what the webhook was sent."""
    programs = folder / "programs"
    programs.mkdir()
    (folder / "message.txt").write_text(old, encoding="utf-8")
    if lines:
        (folder / "lines").write_text(lines, encoding="utf-8")
    for name, body in {
        "image-share": f'#!/bin/bash\ncp lines "${{@: -1}}"\nexit {status}\n',
        "curl": '#!/bin/bash\necho "${@: -1}" > address\ncat >> sent\n',
    }.items():
        (programs / name).write_text(body)
        (programs / name).chmod(0o755)
    path = os.pathsep.join([str(programs), os.environ["PATH"]])
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=folder,
        env={"PATH": path, "WEBHOOK": "https://example.com/hook"},
        check=False,
        timeout=60,
    )
    file = folder / "sent"
    return done.returncode, [file.read_text(encoding="utf-8")] if file.exists() else []


@pytest.mark.parametrize("status", [1, 2, 3])
def test_job_that_has_something_to_say_sends_it_and_keeps_the_exit_status(tmp_path: Path, status: int):
    ended, (message,) = sent(tmp_path, SCRIPT, status)

    assert (ended, json.loads(message)) == (status, {"text": LINES})
    assert (tmp_path / "address").read_text() == "https://example.com/hook\n"


def test_job_that_has_nothing_to_say_sends_nothing(tmp_path: Path):
    assert sent(tmp_path, SCRIPT, 0) == (0, [])


def test_job_that_could_not_begin_says_so_and_sends_nothing_of_an_earlier_one(tmp_path: Path):
    ended, (message,) = sent(tmp_path, SCRIPT, 1, None, "1 OK")

    assert ended == 1
    assert json.loads(message)["text"].startswith("image-share audit could not begin")


@pytest.mark.parametrize("note", ["<!channel>", '<at user_id="all"></at>', "<https://example.com|here>"])
def test_note_of_somebody_calls_nobody_in_a_chat(tmp_path: Path, note: str):
    _, (message,) = sent(tmp_path, SCRIPT, 2, f"1 UNMANAGED {note}\n")

    assert "<" not in json.loads(message)["text"]
    assert note.replace("<", "\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK}") in json.loads(message)["text"]


@pytest.mark.parametrize(("chat", "form"), MESSAGES, ids=[chat for chat, _ in MESSAGES])
def test_message_of_every_chat_holds_the_lines(tmp_path: Path, chat: str, form: str):
    _, (message,) = sent(tmp_path, SCRIPT.replace("{text: .}", form), 2)

    words = json.loads(message)
    texts = {"Slack": lambda: words["text"], "DingTalk": lambda: words["text"]["content"]}
    assert texts.get(chat, lambda: words["content"]["text"])() == LINES


def test_page_names_three_chats():
    assert [chat for chat, _ in MESSAGES] == ["Slack", "DingTalk", "Feishu"]
