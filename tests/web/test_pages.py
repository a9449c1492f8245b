"""The pages that are served from the release itself: home and downloads."""

from __future__ import annotations

import pytest

FILE = "/downloads/1.0.0+test/weihai-kg.nq"


def test_home_is_in_the_language_asked_for(client):
    assert '<html lang="zh">' in client.get("/", headers={"Accept-Language": "zh-CN"}).text
    assert '<html lang="en">' in client.get("/", headers={"Accept-Language": "en-GB"}).text
    assert '<html lang="en">' in client.get("/?lang=en").text
    assert "Accept-Language" in client.get("/").headers["Vary"]


def test_pages_ask_no_other_host(client):
    for url in ("/", "/downloads"):
        text = client.get(url).text
        assert 'src="http' not in text
        assert 'rel="stylesheet" href="http' not in text


def test_downloads_lists_files_with_size_and_checksum(client):
    text = client.get("/downloads").text
    assert "weihai-kg.nq" in text
    assert "abc123" in text
    assert "KiB" in text


@pytest.mark.parametrize(
    ("name", "media_type"),
    [("weihai-kg.nq", "application/n-quads"), ("void.ttl", "text/turtle"),
     ("weihai-kg.nq.gz", "application/gzip"), ("SHA256SUMS", "text/plain")],
)  # fmt: skip
def test_download_has_its_media_type_and_is_kept_forever(client, name, media_type):
    response = client.get(f"/downloads/1.0.0+test/{name}")
    assert response.status_code == 200
    assert response.mimetype == media_type
    assert "immutable" in response.headers["Cache-Control"]
    assert "Content-Encoding" not in response.headers


def test_download_is_conditional(client):
    etag = client.get(FILE).headers["ETag"]
    assert client.get(FILE, headers={"If-None-Match": etag}).status_code == 304


def test_download_of_a_range(client):
    whole = client.get(FILE).data
    part = client.get(FILE, headers={"Range": "bytes=5-14"})
    assert part.status_code == 206
    assert part.data == whole[5:15]
    assert part.headers["Content-Range"] == f"bytes 5-14/{len(whole)}"


def test_download_head(client):
    head = client.head(FILE)
    assert int(head.headers["Content-Length"]) == len(client.get(FILE).data)
    assert head.data == b""


def test_latest_redirects_to_the_release_relatively(client):
    response = client.get("/downloads/latest/void.ttl")
    assert response.status_code == 302
    assert response.headers["Location"] == "/downloads/1.0.0+test/void.ttl"
    assert client.get("/downloads/latest/void.ttl", follow_redirects=True).status_code == 200


@pytest.mark.parametrize(
    "url",
    ["/downloads/9.9.9/weihai-kg.nq", "/downloads/1.0.0+test/none.nq",
     "/downloads/1.0.0+test/..%2F..%2Fcurrent", "/downloads/..%2Freleases/x", "/downloads/./x"],
)  # fmt: skip
def test_other_files_are_404(client, url):
    assert client.get(url).status_code == 404
