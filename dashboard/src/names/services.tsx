/** Services with the names that tools use for them, their team, and the way to split one off. */
import { type ReactElement, useState } from "react";
import { Link } from "wouter";
import { withParams } from "../api/client.ts";
import type { NamesAnswer, ReportedName } from "../api/types.ts";
import { TextField } from "../parts/field.tsx";
import { SplitModal } from "./split-modal.tsx";
import { TeamModal } from "./team-modal.tsx";

type Service = NamesAnswer["services"][number];

/** More lines than this are shown only when asked for. */
const FIRST = 50;

export function Services({ services }: { services: readonly Service[] }): ReactElement {
  const [search, setSearch] = useState("");
  const [all, setAll] = useState(false);
  const [split, setSplit] = useState<{ service: string; reported: ReportedName } | null>(null);
  const [team, setTeam] = useState<Service | null>(null);
  const found = services.filter((service) => speaksOf(service, search.trim().toLowerCase()));
  const shown = all ? found : found.slice(0, FIRST);
  return (
    <section aria-labelledby="services">
      <div className="section-head">
        <h2 id="services">
          Services <span className="count">{services.length}</span>
        </h2>
        <TextField label="Find" type="search" value={search} change={setSearch} />
      </div>
      <ul className="lines">
        {shown.map((service) => (
          <li key={service.service} className="name-row" data-row={service.service}>
            <span className="name-main">
              <Link to={withParams("/timeline", { service: service.service })}>{service.service}</Link>
              <button type="button" className="linklike sub" onClick={() => setTeam(service)}>
                {service.team ?? "no team"}
                <span className="hidden">: change the team of {service.service}</span>
              </button>
            </span>
            <span className="name-list">
              {service.reported.map((reported) => (
                <span key={`${reported.source} ${reported.name}`} className="reported">
                  <code>{reported.name}</code> <span className="reported-source">{reported.source}</span>
                  {service.reported.length > 1 && (
                    <button
                      type="button"
                      className="linklike"
                      onClick={() => setSplit({ service: service.service, reported })}
                    >
                      split<span className="hidden"> {reported.name} off</span>
                    </button>
                  )}
                </span>
              ))}
            </span>
          </li>
        ))}
      </ul>
      {found.length > shown.length && (
        <button type="button" className="button" onClick={() => setAll(true)}>
          Show all {found.length}
        </button>
      )}
      {split !== null && <SplitModal {...split} close={() => setSplit(null)} />}
      {team !== null && (
        <TeamModal service={team.service} team={team.team ?? ""} close={() => setTeam(null)} />
      )}
    </section>
  );
}

function speaksOf({ service, team, reported }: Service, search: string): boolean {
  if (search === "") return true;
  return [service, team, ...reported.map(({ name }) => name)].some(
    (text) => text?.toLowerCase().includes(search) === true,
  );
}
