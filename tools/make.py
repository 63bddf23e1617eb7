"""The project's few commands, the same on Linux, macOS and Windows: ``python3 tools/make.py TARGET``.

The first use makes a virtual environment in ``.venv`` from ``requirements.lock``; later ones reuse it and renew it only
when ``requirements.lock`` or ``pyproject.toml`` has changed. Nothing is installed outside ``.venv``.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if sys.platform == "win32" else "bin")
PYTHON = str(BIN / "python")
STAMP = VENV / ".orgnet-stamp"
LOWEST_PYTHON = (3, 11)
TWO_AT_A_TIME = ("--numprocesses=2", "--dist=loadfile")
UV = (PYTHON, "-m", "uv", "--quiet", "--system-certs", "--no-python-downloads")
FUZZ_TESTS = "tests/test_build_fuzz.py"
FUZZ_TIMES = "2"  # how many times as many examples as usual a round takes
LEFTOVERS = (".venv", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", "dist", "out")


def say(text: str) -> None:
    """Print one line of progress, before whatever the next program prints."""
    print(f"==> {text}", flush=True)


def call(*command: str) -> int:
    """Run a program in the project's folder and return its exit code."""
    return subprocess.run(command, cwd=ROOT, check=False).returncode


def run(*command: str) -> None:
    """Run a program in the project's folder and leave with its exit code if it fails."""
    code = call(*command)
    if code:
        say(f"failed (exit code {code}): {' '.join(command)}")
        sys.exit(code)


def fingerprint() -> str:
    """Tell apart two states of what the environment is made from."""
    made_from = (ROOT / "requirements.lock", ROOT / "pyproject.toml")
    return hashlib.sha256(b"".join(path.read_bytes() for path in made_from)).hexdigest()


def set_up() -> None:
    """Make `.venv`, or renew it if what it is made from has changed."""
    wanted = fingerprint()
    if STAMP.exists() and STAMP.read_text(encoding="utf-8") == wanted:
        return
    if not BIN.exists():
        say("making a virtual environment in .venv")
        run(sys.executable, "-m", "venv", str(VENV))
    say("installing what requirements.lock lists (a few minutes the first time)")
    run(PYTHON, "-m", "pip", "install", "-qq", "--require-hashes", "-r", "requirements.lock")
    say("installing orgnet itself")
    run(PYTHON, "-m", "pip", "install", "-qq", "--no-deps", "--no-build-isolation", "-e", ".")
    STAMP.write_text(wanted, encoding="utf-8")


def demo() -> None:
    """Make the example report in `out`."""
    set_up()
    run(PYTHON, "-m", "orgnet", "demo", "--output", "out")


def test() -> None:
    """Run every check, then say which failed."""
    set_up()
    checks = {
        "style (ruff check)": ("ruff", "check", "."),
        "format (ruff format)": ("ruff", "format", "--check", "."),
        "types (mypy)": ("mypy",),
        "tests and examples (pytest)": ("pytest", *TWO_AT_A_TIME),
    }
    failed = []
    for name, command in checks.items():
        say(name)
        if call(PYTHON, "-m", *command):
            failed.append(name)
    if failed:
        say(f"failed: {', '.join(failed)}")
        sys.exit(1)
    say("every check passed")


def lowest() -> None:
    """Run the tests with the lowest versions that pyproject.toml allows, on Python 3.11."""
    set_up()
    python = ".".join(map(str, LOWEST_PYTHON))
    with tempfile.TemporaryDirectory() as folder:
        versions, environment = str(Path(folder, "lowest.txt")), str(Path(folder, "venv"))
        say(f"finding the lowest versions allowed on Python {python}")
        low = ("--resolution=lowest-direct", f"--python-version={python}")
        run(*UV, "pip", "compile", *low, "pyproject.toml", "-o", versions)
        say("installing them in a temporary environment")
        run(*UV, "venv", f"--python={python}", environment)
        install = (*UV, "pip", "install", f"--python={environment}", "--constraint", versions)
        run(*install, "--group", "test", "--editable", ".")
        say("tests and examples (pytest)")
        where = "Scripts/python.exe" if sys.platform == "win32" else "bin/python"
        # Old releases warn about libraries younger than they are: not ours to mend. A browser uses none of them.
        options = (*TWO_AT_A_TIME, "-W", "default", "-m", "not browser", "-p", "no:cacheprovider")
        run(str(Path(environment, where)), "-m", "pytest", *options)


def lock(*options: str) -> None:
    """Write requirements.lock anew from pyproject.toml, keeping the versions that still fit."""
    set_up()
    python = ".".join(map(str, LOWEST_PYTHON))
    plain = ("--no-emit-index-url", "--no-emit-find-links", "--custom-compile-command", "make lock")
    everywhere = ("--universal", f"--python-version={python}", "--generate-hashes", "--group", "dev")
    run(*UV, "pip", "compile", "pyproject.toml", "-o", "requirements.lock", *everywhere, *plain, *options)


def upgrade() -> None:
    """Write requirements.lock anew with the newest versions that pyproject.toml allows."""
    lock("--upgrade")


def bench() -> None:
    """Measure the main jobs, then the engine beside other libraries, which are installed for this (half an hour)."""
    set_up()
    run(PYTHON, "benchmarks/run.py")
    run(PYTHON, "-m", "pip", "install", "-qq", "-r", "benchmarks/requirements.txt")
    run(PYTHON, "benchmarks/engine.py")


def fuzz() -> None:
    """Read files made at random, new ones each time, for MINUTES (from the environment; 5 if not given)."""
    try:
        minutes = float(os.environ.get("MINUTES", "5"))
    except ValueError:
        sys.exit(f"MINUTES is {os.environ['MINUTES']!r}; give a number, such as 10")
    set_up()
    os.environ.setdefault("ORGNET_FUZZ_TIMES", FUZZ_TIMES)
    end, rounds = time.monotonic() + 60 * minutes, 0
    while not rounds or time.monotonic() < end:
        rounds += 1
        seed = f"--hypothesis-seed={secrets.randbelow(2**32)}"
        say(f"round {rounds}: {seed}")
        if call(PYTHON, "-m", "pytest", FUZZ_TESTS, "-x", "-q", seed):
            say(f"found something; to see it again, with ORGNET_FUZZ_TIMES={os.environ['ORGNET_FUZZ_TIMES']} set:")
            say(f"{PYTHON} -m pytest {FUZZ_TESTS} -x {seed}")
            sys.exit(1)
    say(f"nothing found in {rounds} rounds")


def format_() -> None:
    """Mend what ruff can mend, then format every file."""
    set_up()
    run(PYTHON, "-m", "ruff", "check", "--fix", ".")
    run(PYTHON, "-m", "ruff", "format", ".")


def clean() -> None:
    """Remove `.venv` and everything else that these commands have made."""
    for name in LEFTOVERS:
        shutil.rmtree(ROOT / name, ignore_errors=True)


TARGETS = {
    "demo": demo,
    "test": test,
    "test-lowest": lowest,
    "bench": bench,
    "fuzz": fuzz,
    "lock": lock,
    "upgrade": upgrade,
    "format": format_,
    "clean": clean,
}


def main() -> None:
    """Read the command line and do what it asks."""
    lines = [f"  {name:12} {(target.__doc__ or '').splitlines()[0]}" for name, target in TARGETS.items()]
    parser = argparse.ArgumentParser(
        prog="make.py",
        description="The project's commands:\n" + "\n".join(lines),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("target", choices=TARGETS, metavar="TARGET")
    target = parser.parse_args().target
    if sys.version_info < LOWEST_PYTHON:
        wanted, found = ".".join(map(str, LOWEST_PYTHON)), ".".join(map(str, sys.version_info[:2]))
        sys.exit(
            f"orgnet needs Python {wanted} or newer; this is Python {found}. Install a newer Python, then say which:\n"
            f"  make {target} PYTHON=python{wanted}\nor, without make,\n  python{wanted} tools/make.py {target}"
        )
    TARGETS[target]()


if __name__ == "__main__":
    main()
