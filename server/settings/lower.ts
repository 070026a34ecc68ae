/** Settings as the text of a policy: a rule of the policy for each rule of the files. */
import type { Client, Place, Reading, SettingsRule, ToolPattern } from './settings.js';
import { settingsClaims } from './claims.js';
import { commandSource, pathSource } from './patterns.js';

export interface LoweredSettings {
    readonly text: string;
    /** The place of the settings that a line of the text, counted from 0, was written for. */
    readonly places: ReadonlyMap<number, Place>;
}

/** The tools of a client by name, as an inventory declares them. @param inventory those that its inventory has */
export function declarationsOf(
    { tools }: Client,
    inventory: readonly { readonly name: string; readonly text: string }[]
): ReadonlyMap<string, string> {
    return new Map([...Object.entries(tools.more), ...inventory.map(({ name, text }) => [name, text] as const)]);
}

/**
 * @param declarations see `declarationsOf`
 * @param folder the absolute path of the folder that the settings are in
 * @param called tools that the policy has even if no rule names them
 */
export function lowerSettings(
    client: Client,
    reading: Reading,
    declarations: ReadonlyMap<string, string>,
    folder: string,
    called: readonly string[] = []
): LoweredSettings {
    return new Writer(client, reading, declarations, folder, called).write();
}

/**
 * A policy that denies the calls of each rule, whatever the rule does with them, to see which rules a call matches.
 *
 * @param tool a tool that the policy has even if no rule names it
 */
export function lowerMatches(
    client: Client,
    reading: Reading,
    declarations: ReadonlyMap<string, string>,
    folder: string,
    tool: string
): Matches {
    const rules = reading.rules.map((rule) => ({ ...rule, rank: 0 }));
    return new Writer(client, { ...reading, rules }, declarations, folder, [tool]).writeMatches(reading.rules);
}

export interface Matches {
    readonly text: string;
    /** The rule that a line of the text, counted from 0, was written for, and whether its condition is known. */
    readonly rules: ReadonlyMap<number, { readonly rule: SettingsRule; readonly isKnown: boolean }>;
}

/** Settings as a part of a policy for people, which has no `policy` line; see `importSettings`. */
export function lowerForPeople(
    client: Client,
    reading: Reading,
    declarations: ReadonlyMap<string, string>,
    folder: string,
    placeText: (place: Place) => string
): string {
    return new Writer(client, reading, declarations, folder).writeForPeople(placeText);
}

class Writer {
    private readonly lines: string[] = [];
    private readonly places = new Map<number, Place>();
    private readonly names: readonly string[];
    private readonly paths: { readonly [tool: string]: string };

    constructor(
        private readonly client: Client,
        private readonly reading: Reading,
        private readonly declarations: ReadonlyMap<string, string>,
        private readonly folder: string,
        called: readonly string[] = []
    ) {
        this.paths = { ...client.tools.reads, ...client.tools.changes };
        const own = [...declarations.keys()];
        const named = [
            ...reading.rules.flatMap(({ calls }) => ('tools' in calls ? calls.tools : [])),
            ...called
        ].filter((name) => NAME.test(name) && !own.includes(name));
        this.names = [...own, ...new Set(named)];
    }

    writeMatches(originals: readonly SettingsRule[]): Matches {
        const rules = new Map<number, { readonly rule: SettingsRule; readonly isKnown: boolean }>();
        this.begin();
        this.reading.rules.forEach((rule, index) => {
            const known = this.partsOf(rule, 'some');
            for (const { tool, condition } of known.length > 0 ? known : this.partsOf(rule, 'every')) {
                rules.set(this.lines.length, { rule: originals[index]!, isKnown: known.length > 0 });
                this.line(`deny ${tool}${condition === '' ? '' : ` when ${condition}`}`);
            }
        });
        return { text: this.lines.join('\n'), rules };
    }

    /** A rule for each rule of the files, and one statement for what the client does by itself. */
    writeForPeople(placeText: (place: Place) => string): string {
        const { client } = this;
        const { name } = client;
        const remark = ({ place, action, text }: SettingsRule): string =>
            `// ${placeText(place)}: ${action} ${text.replace(/[^\x20-\x7e]/g, '?')}`;
        this.declare();
        this.line('');
        for (const action of ['deny', 'ask'] as const) {
            const verb = action === 'deny' ? 'deny' : 'require approval by user for';
            for (const rule of this.rulesOf(action)) {
                // A rule to ask that is not understood asks about every call of its tools.
                const isAsked = action === 'ask' && rule.calls.kind === 'unknown';
                const parts = this.partsOf(rule, isAsked ? 'every' : 'some');
                this.lines.push(...(parts.length > 0 ? [remark(rule)] : []));
                for (const { tool, condition } of parts) {
                    this.line(`${verb} ${tool}${condition === '' ? '' : ` when ${condition}`}`);
                }
            }
        }
        this.line('');
        const conditions = new Map<string, string[]>();
        for (const rule of this.rulesOf('allow').filter(({ calls }) => calls.kind !== 'unknown')) {
            for (const { tool, condition, ofCommand } of this.partsOf(rule, 'every')) {
                const known = conditions.get(tool) ?? [];
                const written = ofCommand ?? condition;
                conditions.set(tool, [...known, `${remark(rule)}\n${written === '' ? '' : `(${written})`}`]);
            }
        }
        for (const tool of this.names.filter((one) => this.isAsked(one))) {
            const selector = this.selector(tool);
            const some = conditions.get(selector) ?? [];
            const whole = some.find((condition) => condition.endsWith('\n'));
            if (whole !== undefined) {
                this.line(`${whole}// Every call is allowed that no rule above is about.`);
            } else if (some.length === 0) {
                this.line(`require approval by user for ${selector}`);
            } else {
                const any = some.join('\nor ');
                const isShell = tool === client.tools.shell;
                this.line(
                    `require approval by user for ${selector} unless ${isShell ? `(every c in commands of command: ${any})` : any}`
                );
            }
        }
        for (const tool of Object.keys(this.paths).filter((one) => this.names.includes(one))) {
            if (this.reading.rules.some(({ calls }) => calls.kind === 'paths' && this.isAbout(calls.tools, tool))) {
                this.line(`deny ${this.selector(tool)} when ${this.paths[tool]} matches /(?:.*\\/)?\\.\\.(?:\\/.*)?/`);
            }
        }
        this.line(`allow ${name}: ${this.names.map((tool) => this.selector(tool)).join(', ')}`);
        return [...this.lines, '', settingsClaims(client, this.names, this.folder, `${client.title}: `)].join('\n');
    }

    private isAbout(tools: ToolPattern, tool: string): boolean {
        return this.matching(tools).includes(tool);
    }

    private begin(): void {
        this.line(`policy ${this.client.name}_settings`);
        this.declare();
        this.line('human user');
    }

    private declare(): void {
        const { client, declarations } = this;
        const { name } = client;
        this.line(`server ${name} {`);
        for (const tool of this.names) {
            this.line(
                `  ${(declarations.get(tool) ?? `tool ${quotedName(tool)}(input?: any) destructive external`).replace(/\s+/g, ' ')}`
            );
        }
        this.line('}');
        this.line(`agent ${name}`);
    }

    write(): LoweredSettings {
        const { client } = this;
        const { name } = client;
        this.begin();
        for (const action of ['deny', 'ask'] as const) {
            const verb = action === 'deny' ? 'deny' : 'require approval by user for';
            for (const rule of this.rulesOf(action)) {
                for (const { tool, condition } of this.partsOf(rule, 'some')) {
                    this.line(`${verb} ${tool}${condition === '' ? '' : ` when ${condition}`}`, rule.place);
                }
            }
        }
        const allowed = new Map<string, string[]>();
        for (const rule of this.rulesOf('allow')) {
            for (const { tool, condition, ofCommand } of this.partsOf(rule, 'every')) {
                // A pattern on a path is no condition of an `allow` (GR430): the `unless` below has it.
                const when = rule.calls.kind === 'paths' || condition === '' ? '' : ` when ${condition}`;
                this.line(`allow ${name}: ${tool}${when}`, rule.place);
                allowed.set(tool, [...(allowed.get(tool) ?? []), ofCommand ?? condition]);
            }
        }
        for (const tool of this.names) {
            const selector = this.selector(tool);
            const conditions = allowed.get(selector) ?? [];
            const isAsked = this.isAsked(tool) && !conditions.includes('');
            const unless = isAsked ? this.unless(selector, conditions) : '';
            if (unless === '' && isAsked) {
                this.line(`require approval by user for ${selector}`, this.start());
            } else if (isAsked) {
                this.line(`require approval by user for ${selector} unless ${unless}`, this.start());
            }
            // A call that no rule is about is asked about, and so is a line that cannot be read.
            if (!conditions.includes('')) {
                this.line(`allow ${name}: ${selector}`, this.start());
            }
        }
        this.lines.push('', settingsClaims(client, this.names, this.folder));
        return { text: this.lines.join('\n'), places: this.places };
    }

    private line(text: string, place?: Place): void {
        if (place) {
            this.places.set(this.lines.length, place);
        }
        this.lines.push(text);
    }

    /** The beginning of the first file, for what the client does without a rule; undefined without rules. */
    private start(): Place | undefined {
        const [first] = this.reading.rules;
        return first && { path: first.place.path, start: 0, end: 1 };
    }

    private rulesOf(action: SettingsRule['action']): SettingsRule[] {
        return this.reading.rules.filter((rule) => rule.action === action);
    }

    private isAsked(tool: string): boolean {
        return this.client.tools.asks.includes(tool) || !this.declarations.has(tool);
    }

    private selector(tool: string): string {
        return `${this.client.name}.${quotedName(tool)}`;
    }

    private unless(tool: string, conditions: readonly string[]): string {
        if (conditions.length === 0) {
            return '';
        }
        const any = conditions.map((condition) => `(${condition})`).join(' or ');
        return tool === this.selector(this.client.tools.shell) ? `(every c in commands of command: ${any})` : any;
    }

    /** The tools that the rule is about, each with a condition on a call; empty for all calls. */
    private partsOf(
        rule: SettingsRule,
        quantifier: 'some' | 'every'
    ): readonly { readonly tool: string; readonly condition: string; readonly ofCommand?: string }[] {
        const { calls } = rule;
        switch (calls.kind) {
            case 'tools':
                return this.matching(calls.tools).map((tool) => {
                    const ofCommand = tool === this.client.tools.shell ? this.withoutStronger(rule, '') : '';
                    const condition = ofCommand === '' ? '' : `(${quantifier} c in commands of command: ${ofCommand})`;
                    return { tool: this.selector(tool), condition, ...(ofCommand !== '' && { ofCommand }) };
                });
            case 'commands': {
                const ofCommand = this.withoutStronger(rule, `c matches /${commandSource(calls.command)}/`);
                const condition = `(${quantifier} c in commands of command: ${ofCommand})`;
                return [{ tool: this.selector(this.client.tools.shell), condition, ofCommand }];
            }
            case 'paths':
                return this.matching(calls.tools, this.paths).map((tool) => ({
                    tool: this.selector(tool),
                    condition: `${this.paths[tool]} matches /${pathSource(calls.paths, this.folder)}/`
                }));
            case 'hosts':
                return this.matching(calls.tools, this.client.tools.urls).map((tool) => ({
                    tool: this.selector(tool),
                    condition: `host of ${this.client.tools.urls[tool]} in [${calls.hosts.map((host) => JSON.stringify(host)).join(', ')}]`
                }));
            case 'value':
                return this.matching(calls.tools).flatMap((tool) => {
                    const given = this.given(tool, calls.parameter);
                    if (given === undefined) {
                        // A tool whose parameters are not known: as below.
                        return quantifier === 'every' ? [{ tool: this.selector(tool), condition: '' }] : [];
                    }
                    const condition = `${given}${calls.parameter} == ${JSON.stringify(calls.value)}`;
                    return [{ tool: this.selector(tool), condition }];
                });
            case 'unknown':
                // What is not known allows everything, and denies nothing.
                return quantifier === 'every'
                    ? this.matching(calls.tools).map((tool) => ({ tool: this.selector(tool), condition: '' }))
                    : [];
        }
    }

    /** The condition under which a call has the parameter, to be followed by another; undefined if the tool has none. */
    private given(tool: string, parameter: string): string | undefined {
        const [, optional] = new RegExp(`\\b${parameter}(\\??):`).exec(this.declarations.get(tool) ?? '') ?? [];
        return optional === undefined ? undefined : optional === '' ? '' : `${parameter} given and `;
    }

    /** The condition on a command `c`, without the commands that rules of a higher rank decide otherwise. */
    private withoutStronger({ action, rank }: SettingsRule, condition: string): string {
        const sources = this.reading.rules.flatMap((other) =>
            other.rank > rank && other.action !== action && other.calls.kind === 'commands'
                ? [`c matches /${commandSource(other.calls.command)}/`]
                : []
        );
        const others = sources.length === 0 ? [] : [`not (${sources.join(' or ')})`];
        return [...(condition === '' ? [] : [condition]), ...others].join(' and ');
    }

    private matching(tools: ToolPattern, having?: { readonly [tool: string]: string }): string[] {
        const patterns = tools.map(
            (tool) =>
                new RegExp(
                    `^${tool
                        .split('*')
                        .map((part) => part.replace(/[^\w]/g, '\\$&'))
                        .join('.*')}$`
                )
        );
        return this.names.filter(
            (name) => patterns.some((pattern) => pattern.test(name)) && (!having || Object.hasOwn(having, name))
        );
    }
}

/** The names of tools; a rule about another name is about no tool. */
const NAME = /^[\w.-]+$/;

function quotedName(name: string): string {
    return /^[A-Za-z_]\w*$/.test(name) ? name : `\`${name}\``;
}
