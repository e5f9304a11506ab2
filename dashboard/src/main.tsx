/** Starts the page. */
import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { createQueryClient } from "./api/queries.ts";
import { App } from "./shell/app.tsx";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/shell.css";
import "./styles/parts.css";
import "./styles/dialog.css";
import "./styles/matrix.css";
import "./styles/matrix-list.css";
import "./styles/timeline.css";
import "./styles/chart.css";
import "./styles/tables.css";
import "./styles/detail.css";
import "./styles/connect.css";
import "./styles/rules.css";
import "./styles/graph.css";
import "./styles/runs.css";
import "./styles/trace.css";
import "./styles/traces.css";
import "./styles/query.css";
import "./styles/flow.css";
import "./styles/dashboards.css";
import "./styles/narrow.css";

const root = document.getElementById("root");
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={createQueryClient()}>
        <App />
      </QueryClientProvider>
    </StrictMode>,
  );
}
