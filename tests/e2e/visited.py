"""A browser that has been at the site before: it has kept Python's memory and the site's files, nothing of a user."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

__all__ = ["Visited"]

BARE_PAGE = "icon.svg"  # of the same origin, and starts nothing
OF_USERS = "cookies,file_systems,indexeddb,local_storage,service_workers,storage_buckets"
REMEMBER = """async () => {
  const cache = await caches.open("mos-sim-snapshot");
  const [key] = await cache.keys();
  globalThis.kept = { url: key.url, bytes: await (await cache.match(key)).arrayBuffer() };
}"""
TIDY = """async () => {
  for (const name of await caches.keys()) if (name !== "mos-sim-snapshot") await caches.delete(name);
  const cache = await caches.open("mos-sim-snapshot");
  const there = (await cache.keys()).map(({ url }) => url);
  if (there.length === 1 && there[0] === kept.url) return;
  for (const url of there) await cache.delete(url);
  await cache.put(kept.url, new Response(kept.bytes));
}"""
HAS_ITS_CLOCK = "String(Date).includes('[native code]')"


class Visited:
    """The one context of the tests whose subject is not the first visit: it is tidied up before each of them.

    A page of the site stays open in it, in which nothing runs: as long as there is one, the browser forgets nothing.
    Service workers are not registered here, for one would fetch the whole site in the middle of any longer test.
    """

    def __init__(self, browser: Browser, site: str) -> None:
        self.context = browser.new_context(service_workers="block")
        self.site = site
        self.home = self.context.new_page()
        self.home.goto(site)
        expect(self.home.locator("body")).to_have_attribute("data-spare", "ready")
        self.home.goto(f"{site}{BARE_PAGE}")
        self.home.evaluate(REMEMBER)
        self.session = self.context.new_cdp_session(self.home)

    def tidy(self) -> None:
        """Bring the context back to where it was after the first visit."""
        for page in self.context.pages:
            if page is not self.home:
                page.close()
        assert self.home.evaluate(HAS_ITS_CLOCK), "page.clock is for good: mark a test that uses it as first_visit"
        self.context.unroute_all()
        self.context.clear_permissions()
        self.session.send("Storage.clearDataForOrigin", {"origin": self.site.rstrip("/"), "storageTypes": OF_USERS})
        self.home.evaluate(TIDY)
