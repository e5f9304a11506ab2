/** Which image is the service's own, and what its name says. */
import { expect, test } from "vitest";
import { imageOf, ownImage, releaseOf } from "./images.ts";

test.each([
  ["shop:1.4.2", { name: "shop", tag: "1.4.2", digest: null }],
  [
    "registry.example.com:5000/shop/web",
    { name: "registry.example.com:5000/shop/web", tag: null, digest: null },
  ],
  [
    `registry:5000/shop/web:v1@sha256:${"a".repeat(64)}`,
    { name: "registry:5000/shop/web", tag: "v1", digest: `sha256:${"a".repeat(64)}` },
  ],
  ["", null],
  [{}, null],
  ["two words", null],
])("%j", (value, expected) => {
  expect(imageOf(value)).toEqual(expected);
});

test("of several images only one named like the service is its own", () => {
  const images = ["envoy:1.30", "registry/example/shop:1.4.2"];
  expect(ownImage(images, "Shop")?.tag).toBe("1.4.2");
  expect(ownImage(images, "basket")).toBeNull();
  expect(ownImage(["registry/example/web:2"], "basket")?.tag).toBe("2");
  expect(ownImage([], "basket")).toBeNull();
});

test("a tag that moves is no version", () => {
  expect(releaseOf(imageOf("shop:latest"))).toEqual({
    version: null,
    artifact: { name: "shop", digest: null },
  });
  expect(releaseOf(imageOf("shop:1.4.2")).version).toBe("1.4.2");
  expect(releaseOf(null)).toEqual({ version: null, artifact: null });
});
