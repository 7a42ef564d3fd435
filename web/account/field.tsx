// A labelled line to type in.
import { type InputHTMLAttributes, useId } from "react";

export interface FieldProps extends Omit<InputHTMLAttributes<HTMLInputElement>, "onInput" | "value" | "type"> {
  label: string;
  hint?: string | undefined;
  type?: "text" | "email" | "password" | "number";
  value: string;
  onInput(value: string): void;
}

export function Field({ label, hint, type = "text", onInput, ...rest }: FieldProps) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type={type}
        aria-describedby={hint ? `${id}-hint` : undefined}
        onInput={({ currentTarget }) => onInput(currentTarget.value)}
        {...rest}
      />
      {hint && (
        <span id={`${id}-hint`} className="small soft">
          {hint}
        </span>
      )}
    </div>
  );
}
