import pytest

from pages.visitor.classroom import link

HERE = "http://192.168.1.7:8501/?lang=en&digit=old#top"


def test_a_link_has_the_parameters_given_and_no_others():
    assert link(HERE, {"digit": "sAb_-1", "network": "default", "skip": ""}) == (
        "http://192.168.1.7:8501/?digit=sAb_-1&network=default"
    )


def test_a_link_leads_below_a_path_where_the_app_is_mounted_there():
    assert link("https://school.example/cnn/", {"lang": "zh"}) == (
        "https://school.example/cnn/?lang=zh"
    )


@pytest.mark.parametrize("address", ["", "javascript:alert(1)", "file:///etc/passwd", "http:"])
def test_what_is_no_web_address_makes_no_link(address):
    assert link(address, {"lang": "en"}) == ""
