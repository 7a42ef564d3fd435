// Who plays: each with a portrait, a voice and a look that can be changed.
import type { Character, Production, ProductionNode } from "dream-factory-client";
import { useState } from "react";
import { Icon } from "../components/icon.tsx";
import { useTexts } from "../texts/texts.ts";
import { EditCharacter } from "./edit-character.tsx";
import { portraitOf } from "./pictures.ts";

export interface CastProps {
  projectId: string;
  characters: readonly Character[];
  parts: ReadonlyMap<string, ProductionNode>;
  production: Production | null;
}

export function Cast({ projectId, characters, parts, production }: CastProps) {
  const t = useTexts();
  const [edited, setEdited] = useState<string | null>(null);
  const character = characters.find(({ id }) => id === edited);
  return (
    <aside className="rail" aria-label={t.drama.cast}>
      <h2>{t.drama.cast}</h2>
      <ul className="cast">
        {characters.map((each) => {
          const picture = portraitOf(each, parts);
          return (
            <li key={each.id}>
              <button
                type="button"
                className="who"
                aria-label={`${t.drama.edit}: ${each.name}`}
                onClick={() => setEdited(each.id)}
              >
                {picture ? (
                  <img src={picture} alt="" loading="lazy" />
                ) : (
                  <span className="who-none">
                    <Icon name="account" />
                  </span>
                )}
                <span>
                  <b>{each.name}</b>
                  <span className="small soft">
                    {each.role} · {t.make.voices[each.voice]}
                  </span>
                </span>
              </button>
            </li>
          );
        })}
      </ul>
      {character && (
        <EditCharacter
          projectId={projectId}
          character={character}
          picture={portraitOf(character, parts)}
          part={parts.get(`portrait-${character.id}`) ?? null}
          production={production}
          onClose={() => setEdited(null)}
        />
      )}
    </aside>
  );
}
