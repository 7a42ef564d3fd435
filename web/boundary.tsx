// A part of the page that fails, or whose scripts do not come, leaves the others standing.
import { Component, type ReactNode } from "react";
import { useTexts } from "./texts/texts.ts";

/** Give it a `key` of what it shows: whoever goes elsewhere and comes back tries again. */
export class Boundary extends Component<{ children: ReactNode }, { hasFailed: boolean }> {
  override state = { hasFailed: false };

  static getDerivedStateFromError() {
    return { hasFailed: true };
  }

  override componentDidCatch(error: unknown) {
    console.error(error);
  }

  override render() {
    return this.state.hasFailed ? <NotShown /> : this.props.children;
  }
}

/** Loaded anew, the page has the scripts that there are by now: those of another version have other names. What is typed is kept. */
function NotShown() {
  const t = useTexts();
  const again = async () => {
    // Without an answer, nothing would be left to look at.
    const answer = await fetch(location.pathname, { method: "HEAD", cache: "no-store" }).catch(() => null);
    if (answer?.ok) location.reload();
  };
  return (
    <div className="page" role="alert">
      <h1>{t.notShown}</h1>
      <p>
        <button type="button" className="plain" onClick={again}>
          {t.again}
        </button>
      </p>
    </div>
  );
}
