/** The page: two tabs before one worker, which does all reading and all computing. */
import "../style/base.css";
import "../style/packets.css";
import "../style/table.css";
import "../style/detail.css";
import "../style/algorithms.css";
import { Client } from "./client.ts";
import { AlgorithmsPage } from "./ui/algorithms_page.ts";
import { byId } from "./ui/dom.ts";
import { PacketsPage } from "./ui/packets_page.ts";
import { makeTabs } from "./ui/tabs.ts";
import PageWorker from "./worker.ts?worker&inline";

const client = new Client(new PageWorker(), {
  progress({ what, done }) {
    byId("progress", HTMLElement).hidden = false;
    byId("progress-bar", HTMLProgressElement).value = done;
    byId("progress-what", HTMLElement).textContent = what;
  },
  lap: (lap) => algorithms.lap(lap),
});
new PacketsPage(client);
const algorithms = new AlgorithmsPage(client);
for (const list of document.querySelectorAll<HTMLElement>('[role="tablist"]')) makeTabs(list);
