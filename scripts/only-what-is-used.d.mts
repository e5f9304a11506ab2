/** What the plugin is: the build is plain JavaScript, which any Node can run. */
import type { Plugin } from "esbuild";

export declare const onlyWhatIsUsed: Plugin;
