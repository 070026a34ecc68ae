/** Random shell lines of every form that the reader knows, and some that no shell reads. */

/** The only programs that the lines name, apart from those that run others. */
export const PROGRAMS = ['a', 'b', 'ab', 'ba'];

/** Lines from a seed, always the same. */
export class LineGenerator {
    private state: number;

    constructor(seed: number) {
        this.state = seed >>> 0;
    }

    line(): string {
        const line = this.list(1 + this.random(3));
        return this.oneIn(6) ? this.damaged(line) : line;
    }

    private random(below: number): number {
        this.state = (this.state + 0x6d2b79f5) >>> 0;
        let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
        mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
        return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
    }

    private oneIn(count: number): boolean {
        return this.random(count) === 0;
    }

    private of<T>(...values: readonly T[]): T {
        return values[this.random(values.length)]!;
    }

    /** One of the texts, of which only that one is made. */
    private form(...texts: readonly (() => string)[]): string {
        return this.of(...texts)();
    }

    private many(least: number, most: number, text: () => string, between = ' '): string {
        return Array.from({ length: least + this.random(most - least + 1) }, text).join(between);
    }

    private list(depth: number): string {
        const count = 1 + this.random(depth > 1 ? 4 : 2);
        let line = this.item(depth);
        for (let index = 1; index < count; index++) {
            line +=
                this.of(';', ' ; ', ' && ', ' || ', ' | ', '\n', ' & ', '&&', '|', ' &&\n', ' |& ') + this.item(depth);
        }
        return line;
    }

    private item(depth: number): string {
        return this.random(10) < 7 || depth === 0 ? this.command(depth) : this.compound(depth);
    }

    private command(depth: number): string {
        const inner = Math.max(0, depth - 1);
        return this.form(
            () => this.simple(depth),
            () => this.simple(depth),
            () => this.simple(depth),
            () => `${this.many(1, 2, () => this.assignment(depth))} ${this.simple(depth)}`,
            () => this.assignment(depth),
            () =>
                `${this.of('export', 'export', 'readonly', 'declare', 'local', 'typeset -x')} ${this.assignment(depth)}`,
            () => `${this.of('! ', 'time ', 'time -p ', '! ! ')}${this.simple(depth)}`,
            () => `${this.wrapper()} ${this.simple(depth)}`,
            () => `${this.wrapper()} ${this.simple(depth)}`,
            () => `${this.of('sh -c', 'bash -c', 'bash -ec', 'eval', 'sh -c --')} ${this.quotedLine(inner)}`,
            () => `trap ${this.quotedLine(inner)} ${this.of('EXIT', '0', 'EXIT INT')}`,
            () => `alias ${this.program(0)}=${this.quotedLine(0)}`,
            () => `xargs ${this.of('', '-n1 ', '-I x ', '-0 ')}${this.simple(0)} <<< ${this.word(inner)}`,
            () => `find . -maxdepth 0 -exec ${this.simple(0)} ${this.of('\\;', "'{}' +", '{} \\;', "';'")}`,
            () =>
                `${this.of('[', 'test')} ${this.many(1, 3, () => this.of('-n', '-v', '=', '-eq', '!', '1', this.word(inner)))} ${this.of(']', '', ']')}`,
            () =>
                `${this.of('read', 'read -r', 'unset', 'set --', 'printf', 'printf -v', 'let', 'shift', ':', 'true', 'echo')} ${this.many(0, 2, () => this.of('x', 'y', this.word(inner)))}`
        );
    }

    private wrapper(): string {
        return this.of(
            'env',
            'env x=1',
            'env -i PATH="$PATH"',
            'env -u y',
            'nice',
            'nice -n 5',
            'nohup',
            'timeout 5',
            'timeout -k 1 5',
            'stdbuf -oL',
            'command',
            'command -v',
            'command -p',
            'builtin',
            'exec',
            'exec -a a',
            'env nice',
            'setsid -w'
        );
    }

    private simple(depth: number): string {
        const words = this.many(0, 3, () => this.word(depth));
        return [
            this.program(depth),
            words,
            this.oneIn(5) ? this.redirection(depth) : '',
            this.oneIn(12) ? this.word(depth) : ''
        ]
            .filter((part) => part !== '')
            .join(' ');
    }

    private program(depth: number): string {
        const name = this.of(...PROGRAMS);
        if (!this.oneIn(5)) {
            return name;
        }
        if (!this.oneIn(6)) {
            return this.of(
                `'${name}'`,
                `"${name}"`,
                `\\${name}`,
                `${name}''`,
                `""${name}`,
                `${name}\\\n`,
                '$x',
                '"$x"',
                '${x}'
            );
        }
        return this.form(
            () => this.of('$y', '"${y}"', '$1', '"$@"', '$x$y', `$'${name}'`),
            () => this.of('{a,b}', `{${name},b}`, 'a?', '*', '[ab]', '~', `./${name}`, '${x:-b}', '${x#a}'),
            () => (depth > 0 ? this.substitution(depth - 1) : name)
        );
    }

    private word(depth: number): string {
        return this.form(
            () => this.of('a', 'b', 'ab', 'x', '1', '-n', '-v', 'a=b', 'x=1', '--c=d', 'a.b', '@', '%', '+', ','),
            () =>
                this.of(
                    "'a b'",
                    '"a b"',
                    "'a;b'",
                    '"a|b"',
                    "''",
                    '""',
                    "'$x'",
                    '"a\\"b"',
                    "'\\'",
                    'a\\ b',
                    '\\;',
                    '"\\$x"',
                    `'it'\\''s'`
                ),
            () =>
                this.of(
                    '$x',
                    '"$x"',
                    '${x}',
                    '$y',
                    '"$y"',
                    '$?',
                    '$#',
                    '"$@"',
                    '${x:-a b}',
                    '${y%b}',
                    '"${x:+b}"',
                    '${#x}',
                    '${x:0:1}',
                    this.oneIn(6) ? '${!x}' : '${x[0]}'
                ),
            () =>
                this.of(
                    '*',
                    '*b',
                    'a?',
                    '[ab]',
                    '[!a]',
                    '{a,b}',
                    '{1..3}',
                    'a{,b}',
                    '~',
                    '~/a',
                    'x=~',
                    '$((1+1))',
                    this.oneIn(4) ? this.of('$((x))', '$((x+1))', '$((y=2))', '$(( x[0] ))') : '$[1]',
                    "$'a'",
                    '$"b"',
                    'a#b',
                    'é'
                ),
            () => (depth > 0 ? this.substitution(depth - 1) : 'a'),
            () => (depth > 0 ? `"${this.of('', 'a')}$(${this.list(depth - 1)})"` : '"b"')
        );
    }

    private substitution(depth: number): string {
        return this.form(
            () => `$(${this.list(depth)})`,
            () => `$(${this.of('echo', 'printf %s')} ${this.of(...PROGRAMS)})`,
            () => `\`${this.simple(0).replaceAll('`', '')}\``,
            () => `<(${this.list(depth)})`,
            () => `\${x:-$(${this.list(depth)})}`
        );
    }

    private assignment(depth: number): string {
        const name = this.of('x', 'y', 'x', 'z');
        return this.form(
            () => `${name}=${this.of(...PROGRAMS, '1', '', "'a b'", '"b a"', '"a  "', "' b'", '2')}`,
            () => `${name}=${this.of(...PROGRAMS)}`,
            () => `${name}=${this.word(depth)}`,
            () => `${name}${this.of('+=', '=')}${this.of('a', 'b')}`,
            () => `${name}='z[$(${this.of(...PROGRAMS)})]'`,
            () => `${name}=(${this.many(0, 2, () => this.word(0))})`,
            () => `${name}[${this.of('0', 'x', '$y')}]=${this.of('a', '1')}`,
            () => this.of(this.oneIn(4) ? 'PATH=.' : 'PATH=$PATH:.', 'IFS=b', 'GIT_PAGER=a', "x='*'")
        );
    }

    private redirection(depth: number): string {
        return this.of(
            '>f',
            '2>f',
            '>>f',
            '<f',
            '2>&1',
            '&>f',
            '&>>f',
            '>&f',
            '<<<a',
            '>|f',
            '<>f',
            '>$x',
            `<<<${this.word(Math.max(0, depth - 1))}`,
            `<<E\n$(${this.simple(0)})\nE\n`,
            `<<'E'\n$(${this.simple(0)})\nE\n`
        );
    }

    private compound(depth: number): string {
        const list = (): string => this.list(depth - 1);
        const name = this.of('x', 'y', 'z');
        return this.form(
            () =>
                `if ${list()}; then ${list()}; ${this.of('', `else ${list()};`, `elif ${list()}; then ${list()};`)} fi`,
            () => `for ${name} in ${this.many(0, 2, () => this.word(depth - 1))}; do ${list()}; done`,
            () => `for ((${name}=0; ${name}<2; ${name}++)); do ${list()}; done`,
            () => `while read -r ${name}; do ${list()}; done <<< ${this.of('a', '"b a"', "'z[$(a)]'")}`,
            () => `until :; do ${list()}; done`,
            () =>
                `case ${this.word(depth - 1)} in ${this.of('a', '*', 'x|b', '"$y"')}) ${list()};; *) ${list()};; esac`,
            () => `(${list()})`,
            () => `{ ${list()}; }`,
            () => `${this.of('f', 'a', 'ab', 'command_not_found_handle')}() { ${list()}; }; f ${this.word(0)}`,
            () => `function f { ${list()}; }; f`,
            () =>
                `[[ ${this.word(depth - 1)} ${this.of('==', '=~', '-eq', '<', '!=')} ${this.word(0)} ${this.of('', '&& -n a', '|| a')} ]]`,
            () => `[[ ${this.of('-n', '-v', '-f', '!')} ${this.word(depth - 1)} ]]`,
            () => `((${this.of('x++', 'x=1', 'x+y', 'x[y]', '1', 'z=x')}))`,
            () => `# ${this.simple(0)}\n${list()}`,
            () => `(${list()}) >f`,
            () => `{ ${list()}; } | ${this.simple(depth - 1)}`
        );
    }

    private quotedLine(depth: number): string {
        const line = this.list(depth);
        return this.form(
            () => `'${line.replaceAll("'", `'\\''`)}'`,
            () => `'${line.replaceAll("'", `'\\''`)}'`,
            () => `"${line.replaceAll('"', '\\"')}"`,
            () => this.simple(0)
        );
    }

    private damaged(line: string): string {
        const at = this.random(line.length + 1);
        const piece = this.of(
            '"',
            "'",
            '\\',
            '$',
            '`',
            '(',
            ')',
            '{',
            '}',
            ';',
            '&',
            '|',
            '<',
            '>',
            '#',
            '\n',
            ' ',
            '=',
            '!',
            '~',
            '\t',
            '$(',
            '))',
            'x',
            '[',
            ']',
            '*'
        );
        return this.oneIn(2)
            ? line.slice(0, at) + piece + line.slice(at)
            : line.slice(0, at) + line.slice(at + 1 + this.random(2));
    }
}
