/** How the page is built: static files for the server to ship, one chunk per page. */
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** `VICE_API` is where a running vice (or the mock) answers while developing with `vite`. */
const api = process.env.VICE_API ?? "http://127.0.0.1:4400";

export default defineConfig({
  base: "/",
  plugins: [react()],
  build: {
    outDir: "../dist/dashboard",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
  },
  server: { proxy: { "/v1": api, "/hooks": api } },
});
