export function grammars(root: string): Readonly<Record<string, string>>;
