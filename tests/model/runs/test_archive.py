import io
import zipfile

from model.runs.archive import packed


def test_a_folder_comes_back_out_of_its_archive_as_it_was(tmp_path):
    folder = tmp_path / "tensorboard"
    (folder / "train").mkdir(parents=True)
    (folder / "train" / "events").write_bytes(bytes(range(256)))
    (folder / "note.txt").write_text("a note", encoding="utf-8")

    with zipfile.ZipFile(io.BytesIO(packed(folder))) as archive:
        archive.extractall(tmp_path / "out")

    out = tmp_path / "out" / "tensorboard"
    assert (out / "train" / "events").read_bytes() == bytes(range(256))
    assert (out / "note.txt").read_text("utf-8") == "a note"


def test_a_folder_that_is_not_there_makes_an_empty_archive(tmp_path):
    with zipfile.ZipFile(io.BytesIO(packed(tmp_path / "nowhere"))) as archive:
        assert archive.namelist() == []
