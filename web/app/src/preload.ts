// Has the reactor fetched while the page's own program still is.
import { reactor } from "../../sdk/src/wasm.js";

const link = document.createElement("link");
Object.assign(link, { rel: "preload", href: reactor, as: "fetch", type: "application/wasm", crossOrigin: "anonymous" });
document.head.append(link);
