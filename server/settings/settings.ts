/** What the settings files of coding agents say: their rules, and what is wrong with them. */

/** What happens to a call that a rule is about: it runs, a person is asked, or it is refused. */
export type Action = 'allow' | 'ask' | 'deny';

/** A file of settings, as it is on disk. */
export interface SettingsFile {
    readonly path: string;
    readonly text: string;
    /** Whose settings they are. */
    readonly of: 'project' | 'user';
}

/** A part of a settings file. */
export interface Place {
    /** The path of the file. */
    readonly path: string;
    /** In UTF-16 code units, from the beginning of the file. */
    readonly start: number;
    readonly end: number;
}

/** A rule that the client consults. */
export interface SettingsRule {
    readonly action: Action;
    /** As it is written, on one line. */
    readonly text: string;
    readonly place: Place;
    readonly calls: Calls;
    /** Rules are consulted from the highest rank to the lowest; of equal ranks, the strictest rule decides. */
    readonly rank: number;
}

/** The calls that a rule is about. */
export type Calls =
    /** All calls of the tools. */
    | { readonly kind: 'tools'; readonly tools: ToolPattern }
    /** Commands within the line of a shell tool. */
    | { readonly kind: 'commands'; readonly command: CommandPattern }
    /** Calls of the tools with a path, which the pattern is about. */
    | { readonly kind: 'paths'; readonly tools: ToolPattern; readonly paths: PathPattern }
    /** Calls of the tools with a URL at one of the hosts. */
    | { readonly kind: 'hosts'; readonly tools: ToolPattern; readonly hosts: readonly string[] }
    /** Calls with this text as a parameter. */
    | { readonly kind: 'value'; readonly tools: ToolPattern; readonly parameter: string; readonly value: string }
    /** Not known, and why. */
    | { readonly kind: 'unknown'; readonly tools: ToolPattern; readonly why: string };

/** Names of tools as the client gives them; `*` stands for any text. */
export type ToolPattern = readonly string[];

export type CommandPattern =
    /** Words that a command begins with: for each position, the texts that may stand there. */
    | { readonly kind: 'words'; readonly words: readonly (readonly string[])[] }
    /** A regular expression on the whole text of a command, of the policy language. */
    | { readonly kind: 'regex'; readonly source: string };

/** A pattern of `.gitignore`, and the folder that it is relative to. */
export interface PathPattern {
    readonly glob: string;
    /** `anywhere` for a pattern without a slash, which is about names at any depth. */
    readonly from: 'root' | 'home' | 'folder' | 'anywhere';
}

/** How sure the problem is, and how bad: a warning is a rule that does not do what it says. */
export type Level = 'error' | 'warning' | 'information';

export interface SettingsProblem {
    /** GR7xx, with a page in docs/codes. */
    readonly code: string;
    readonly level: Level;
    readonly place: Place;
    /** One plain sentence. */
    readonly message: string;
    /** A text that does what was meant, in place of `place`. */
    readonly fix?: { readonly title: string; readonly text: string };
}

/** Something that may decide a call otherwise than the rules say. */
export interface OtherDecision {
    readonly place: Place;
    /** A clause. */
    readonly text: string;
    /** The calls of which it may let through more than the rules do, so that nothing is proved about them. */
    readonly mayAllow: 'nothing' | 'commands' | 'calls';
}

/** What a client makes of its files. */
export interface Reading {
    readonly rules: readonly SettingsRule[];
    readonly problems: readonly SettingsProblem[];
    /** What decides besides the rules, such as hooks. */
    readonly others: readonly OtherDecision[];
}

/** A coding agent, as data and the functions that read its files. */
export interface Client {
    readonly name: string;
    /** As a person writes it. */
    readonly title: string;
    /** The version whose behaviour this was compared with; undefined for a client that was not run. */
    readonly version?: string;
    /** Globs of its files, relative to a project and to the home folder. */
    readonly files: { readonly project: readonly string[]; readonly home: readonly string[] };
    readonly tools: ClientTools;
    /** The files and folders of a project with its rules and hooks. */
    readonly settings: readonly string[];
    /** The rules of the files, which the client merges. */
    read(files: readonly SettingsFile[]): Reading;
}

/** The client's own tools, as far as rules of settings are about them. */
export interface ClientTools {
    /** Declarations of tools that the inventory of the client does not have, by name. */
    readonly more: { readonly [tool: string]: string };
    /** The tool that runs a shell line, in the parameter `command`. */
    readonly shell: string;
    /** What the client does with a command that no rule is about, as a clause; undefined if it asks about each. */
    readonly unruled?: string;
    /** The programs that the client may leave out, to compare the command that they run with its rules. */
    readonly unwraps: readonly string[];
    /** The parameter with the path, for each tool that reads a file and for each that changes one. */
    readonly reads: { readonly [tool: string]: string };
    readonly changes: { readonly [tool: string]: string };
    /** The parameter with the URL, for each tool that fetches one. */
    readonly urls: { readonly [tool: string]: string };
    /** The tools whose results strangers write. */
    readonly strangers: readonly string[];
    /** The tools about which the client asks unless a rule allows the call; those of MCP servers are always among them. */
    readonly asks: readonly string[];
}
