"""A component's modules are known before the first of them has arrived."""

import subprocess

import pytest

from assets import components

NAMES = sorted(path.parent.name for path in components.FOLDER.glob("*/__init__.py"))


@pytest.mark.parametrize("name", NAMES)
def test_the_list_of_modules_is_what_node_loads(name, tmp_path):
    listed = components.modules_of(name)
    assert listed[0] == f"{name}/{name}.mjs"
    assert len(set(listed)) == len(listed)
    hook = tmp_path / "hook.mjs"
    hook.write_text(
        "export async function load(url, context, next) {\n"
        "  if (url.includes('/assets/components/')) console.log(url);\n"
        "  return next(url, context);\n"
        "}\n"
    )
    code = (
        "import {register} from 'node:module';"
        f"register({hook.as_uri()!r});"
        # What a module does first may want a browser; by then all have been loaded.
        f"await import({(components.FOLDER / listed[0]).as_uri()!r}).catch(() => {{}});"
    )
    done = subprocess.run(
        ["node", "--input-type=module", "-e", code], capture_output=True, text=True, check=True
    )
    loaded = {line.partition("/assets/components/")[2] for line in done.stdout.split()}
    assert loaded == set(listed)


def test_another_content_has_another_address(tmp_path, monkeypatch):
    def version_of(content):
        (tmp_path / "one.mjs").write_text(content)
        return components.version.__wrapped__()

    monkeypatch.setattr(components, "FOLDER", tmp_path)
    assert version_of("export {};") == version_of("export {};") != version_of("export default 1;")
