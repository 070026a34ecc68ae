/** The environment of a command. */
import { Output } from './output.js';
import { createStyle, type Style, wantsColor, wantsUnicode, widthOfStream } from './style.js';

export interface Terminal {
    readonly cwd: string;
    readonly version: string;
    readonly output: Output;
    /** The style of standard output. */
    readonly style: Style;
    readonly errorStyle: Style;
    /** True if a person watches standard error. */
    readonly isWatched: boolean;
    /** True if standard output is a terminal that can be cleared. */
    readonly isScreen: boolean;
    readonly isDebugging: boolean;
    readonly writeError: (text: string) => void;
}

/** @param color the option with that name */
export function createTerminal(process: NodeJS.Process, version: string, color: boolean): Terminal {
    const { env, stdout, stderr } = process;
    const unicode = wantsUnicode(env, process.platform);
    const styleOf = (stream: NodeJS.WriteStream): Style =>
        createStyle({ color: wantsColor(stream, env, color), unicode, width: widthOfStream(stream) });
    stderr.on('error', () => undefined);
    return {
        cwd: process.cwd(),
        version,
        output: new Output(stdout),
        style: styleOf(stdout),
        errorStyle: styleOf(stderr),
        isWatched: stderr.isTTY,
        isScreen: stdout.isTTY && env['TERM'] !== 'dumb',
        isDebugging: Boolean(env['GUARDRAIL_DEBUG']),
        writeError: (text) => void stderr.write(text)
    };
}
