"""URLs are compared by RFC 3986, not as text."""

from __future__ import annotations

import pytest

from cynod_spec.network import urls


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://localhost:8080/a", "HTTP://LocalHost:8080/a"),
        ("https://api.example.org", "https://api.example.org:443/"),
        ("http://api.example.org:80/a", "http://api.example.org/a"),
        ("http://api.example.org:/a", "http://api.example.org/a"),
        ("http://api.example.org/%7epartner", "http://api.example.org/~partner"),
        ("http://api.example.org/a%2fb", "http://api.example.org/a%2Fb"),
        ("http://api.example.org/a/./b/../c", "http://api.example.org/a/c"),
        ("http://api.example.org/../a", "http://api.example.org/a"),
        ("http://api.example.org/a/..", "http://api.example.org/"),
        ("http://api.example.org/é", "http://api.example.org/%C3%A9"),
        ("http://api.example.org/?a=%7e", "http://api.example.org/?a=~"),
        ("http://bücher.example/", "http://xn--bcher-kva.example/"),
        ("http://b%C3%BCcher.example/", "http://BÜCHER.example/"),
        ("http://[::1]/", "http://[0:0:0:0:0:0:0:1]/"),
        ("http://[2001:DB8::A]:80/", "http://[2001:db8::a]/"),
    ],
)
def test_written_differently_they_name_the_same_place(one, other):
    assert urls.same(one, other)
    assert urls.normalized(one) == urls.normalized(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://api.example.org/a", "http://api.example.org/A"),
        ("http://api.example.org/a", "http://api.example.org/a/"),
        ("http://api.example.org/a%2Fb", "http://api.example.org/a/b"),
        ("http://api.example.org/", "https://api.example.org/"),
        ("http://api.example.org:443/", "http://api.example.org/"),
        ("http://api.example.org/", "http://api.example.org.evil.example/"),
        ("http://api.example.org/", "http://api@example.org/"),
        ("http://api.example.org/?a=1&b=2", "http://api.example.org/?b=2&a=1"),
        ("http://api.example.org/?a=%26", "http://api.example.org/?a=&"),
    ],
)
def test_what_names_another_place_is_not_the_same(one, other):
    assert not urls.same(one, other)


@pytest.mark.parametrize(
    "text", ["http://a b/", "http://a\n/", "http://[::1/", "http://x:99999/", "http://x:port/", "http://%FF/"]
)
def test_what_is_no_url_is_refused_and_is_the_same_as_nothing_else(text):
    with pytest.raises(ValueError, match=r"."):
        urls.normalized(text)
    assert urls.same(text, text)
    assert not urls.same(text, "http://x/")
    assert not urls.is_within(text, "http://x/")


@pytest.mark.parametrize(
    ("url", "base", "inside"),
    [
        ("https://h/api/v1/a", "https://H:443/api/v1", True),
        ("https://h/api/v1", "https://h/api/v1/", True),
        ("https://h/api/v1/../v2/a", "https://h/api/v1", False),
        ("https://h/api/v10/a", "https://h/api/v1", False),
        ("https://h/a", "https://h", True),
        ("http://h/api/v1/a", "https://h/api/v1", False),
        ("https://h:8443/api/v1/a", "https://h/api/v1", False),
        ("https://h@evil.example/api/v1/a", "https://h/api/v1", False),
        ("https://user@h/api/v1/a", "https://h/api/v1", False),
    ],
)
def test_whether_a_url_is_inside_another(url, base, inside):
    assert urls.is_within(url, base) is inside


@pytest.mark.parametrize(
    ("reference", "leads_to"),
    [
        ("cartes/1", "https://h/api/v1/cartes/1"),
        ("../v2/x", "https://h/api/v2/x"),
        ("/cartes/1", "https://h/cartes/1"),
        ("//other.example/x", "https://other.example/x"),
        ("HTTPS://H:443/api/v1/cartes/1", "https://h/api/v1/cartes/1"),
    ],
)
def test_a_reference_is_resolved_where_it_was_read(reference, leads_to):
    assert urls.resolved("https://h/api/v1/cartes", reference) == leads_to


def test_an_origin_is_scheme_host_and_port():
    assert urls.origin("HTTPS://user:pw@API.example:443/a?b") == "https://api.example"
    assert urls.origin("http://[::1]:8080/") == "http://[::1]:8080"
    assert urls.without_trailing_slash("HTTP://H:80/api/v1/") == "http://h/api/v1"
