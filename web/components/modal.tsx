// A dialog over the page: the browser keeps the focus in it, and gives it back.
import { type ReactNode, useEffect, useRef } from "react";
import { useTexts } from "../texts/texts.ts";
import { Icon } from "./icon.tsx";

export interface ModalProps {
  /** Read out when it opens. */
  label: string;
  /** By Escape, by its button, by a press beside it. Absent: it cannot be closed. */
  onClose?: (() => void) | undefined;
  className?: string;
  children: ReactNode;
}

export function Modal({ label, onClose, className = "", children }: ModalProps) {
  const t = useTexts();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = dialog.current;
    const before = document.activeElement;
    element?.showModal();
    document.documentElement.classList.add("covered");
    return () => {
      element?.close();
      document.documentElement.classList.remove("covered");
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape is the key for it, and the browser hears it.
    <dialog
      ref={dialog}
      className={`modal ${className}`}
      aria-label={label}
      onCancel={(event) => {
        event.preventDefault();
        onClose?.();
      }}
      onClick={(event) => event.target === event.currentTarget && onClose?.()}
    >
      <div className="modal-inside">
        {children}
        {onClose && (
          <button type="button" className="round modal-close" aria-label={t.close} onClick={onClose}>
            <Icon name="close" />
          </button>
        )}
      </div>
    </dialog>
  );
}
