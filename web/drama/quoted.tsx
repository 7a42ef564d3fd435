// What would be made, stage by stage, and what that costs at most.
import type { ProjectQuote } from "dream-factory-client";
import { useTexts } from "../texts/texts.ts";

export function Quoted({ quote }: { quote: ProjectQuote }) {
  const t = useTexts();
  return (
    <div className="quoted small">
      {quote.nodes === 0 ? (
        <p>{t.drama.quoteNothing}</p>
      ) : (
        <>
          <p>
            {t.drama.quoteParts(quote.nodes)}
            {quote.reused > 0 && `, ${t.drama.quoteReused(quote.reused)}`}
          </p>
          <ul>
            {quote.stages.map(({ stage, nodes, price }) => (
              <li key={stage}>
                <span>{t.drama.stages[stage]}</span>
                <span className="soft number">× {nodes}</span>
                <span className="number">{price === 0 ? t.make.free : price}</span>
              </li>
            ))}
          </ul>
        </>
      )}
      {quote.unspoken && quote.unspoken.length > 0 && (
        <p className="soft">
          {t.drama.unspoken} {quote.unspoken.join(", ")}
        </p>
      )}
    </div>
  );
}
