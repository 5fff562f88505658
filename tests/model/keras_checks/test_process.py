import operator
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from model.base.errors import UserError
from model.inference.catalogue import keras_file
from model.keras_checks.process import Engine

# Questions of the standard library stand for those that Keras answers.


@pytest.fixture
def engine():
    engine = Engine()
    yield engine
    engine.stop()


def test_questions_are_answered_by_one_process_that_is_not_ours(engine):
    first, second = engine.ask(os.getpid), engine.ask(os.getpid)

    assert first == second != os.getpid()


def test_arrays_arrive_as_lists(engine):
    assert engine.ask(np.transpose, np.array([[1.5, 2], [3, 4]])) == [[1.5, 3], [2, 4]]


def test_what_a_question_prints_is_no_answer(engine):
    assert engine.ask(print, '{"answer": 13}') is None
    assert engine.ask(operator.add, 1, 2) == 3


def test_a_refusal_arrives_as_it_was_raised(engine):
    with pytest.raises(UserError, match="Network 'absent' does not exist") as refused:
        engine.ask(keras_file, "absent")

    assert refused.value.template == "Network {id} does not exist."


def test_an_error_is_said_in_one_sentence_and_the_process_goes_on(engine):
    process = engine.ask(os.getpid)
    with pytest.raises(UserError, match="Keras reported an error: ZeroDivisionError"):
        engine.ask(operator.truediv, 1, 0)

    assert engine.ask(os.getpid) == process


def test_a_process_killed_while_it_answers_is_one_sentence_and_replaced(engine):
    process = engine.ask(os.getpid)
    with pytest.raises(UserError, match="stopped before it finished"):
        engine.ask(os.kill, process, signal.SIGKILL)

    assert engine.ask(os.getpid) != process


def test_a_process_killed_between_two_questions_is_replaced_unnoticed(engine):
    process = engine.ask(os.getpid)
    os.kill(process, signal.SIGKILL)
    wait_for_end(process)

    assert engine.ask(os.getpid) != process


def test_a_question_without_end_is_given_up():
    engine = Engine(answering=2)
    process = engine.ask(os.getpid)
    with pytest.raises(UserError, match="longer than 2 seconds"):
        engine.ask(time.sleep, 3600)

    assert engine.ask(os.getpid) != process
    engine.stop()


def test_a_process_that_does_not_start_is_one_sentence(engine, monkeypatch):
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(UserError, match="stopped before it finished"):
        engine.ask(os.getpid)

    monkeypatch.setattr(sys, "executable", "/no/such/program")
    with pytest.raises(UserError, match="stopped before it finished"):
        engine.ask(os.getpid)


def test_who_comes_while_too_many_wait_is_told_so_at_once(tmp_path):
    engine = Engine(most_waiting=1)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    answers = []
    asking = threading.Thread(
        target=lambda: answers.append(engine.ask(subprocess.call, ["cat", str(pipe)]))
    )
    asking.start()
    with (
        pipe.open("w"),  # opens when the engine reads it, and is in the middle of its answer
        pytest.raises(UserError, match="Keras is busy"),
    ):
        engine.ask(os.getpid)
    asking.join()

    assert answers == [0]
    assert engine.ask(operator.add, 1, 2) == 3
    engine.stop()


def test_questions_of_many_threads_get_their_own_answers():
    engine = Engine(most_waiting=20)
    answers = {}
    threads = [
        threading.Thread(target=lambda n=n: answers.update({n: engine.ask(operator.mul, n, n)}))
        for n in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    engine.stop()

    assert answers == {n: n * n for n in range(20)}


def test_the_process_ends_with_the_one_that_asks():
    script = (
        "import os, signal\nfrom model.keras_checks.process import Engine\n"
        "print(Engine().ask(os.getpid), flush=True)\nos.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        cwd=Path(__file__).parents[3],
        check=False,
    )
    wait_for_end(int(done.stdout))


def wait_for_end(process):
    """Wait until a process is no more, or only waits to be asked how it ended."""
    status = Path(f"/proc/{process}/stat")
    for _ in range(3000):
        try:
            if status.read_text().rpartition(")")[2].split()[0] == "Z":
                return
        except (FileNotFoundError, ProcessLookupError):
            return
        time.sleep(0.01)
    pytest.fail(f"The process {process} goes on.")


def test_a_process_that_is_expected_to_be_asked_is_there_before_the_question(engine, tmp_path):
    ready = tmp_path / "ready"
    engine.expect(os.mkdir, str(ready))
    engine.expect(os.mkdir, str(ready))  # already on its way
    while not ready.is_dir():
        time.sleep(0.01)
    warm = engine.ask(os.getpid)
    engine.expect(os.rmdir, str(ready))  # it is warm: nothing more is asked
    assert engine.ask(os.getpid) == warm
    assert ready.is_dir()


def test_a_process_that_nobody_asks_ends_and_the_next_question_starts_another():
    now = [0.0]
    engine = Engine(clock=lambda: now[0])
    first = engine.ask(os.getpid)
    now[0] = 800.0
    engine.rest()
    assert engine.ask(os.getpid) == first
    now[0] = 800.0 + 901.0
    engine.rest()
    assert engine.ask(os.getpid) != first
    engine.stop()
