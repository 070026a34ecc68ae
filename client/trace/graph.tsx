/** Draws a graph: boxes with one or more lines, and arrows between them. */
import type { Ref } from 'preact';
import { useMemo } from 'preact/hooks';
import { placeGraph } from './graph-layout.js';
import type { SessionContent } from './messages.js';

type Source = NonNullable<SessionContent['source']>;

export interface DrawnNode {
    readonly id: string;
    readonly kind: string;
    readonly title: string;
    /** Smaller lines below the title. */
    readonly lines?: readonly string[];
    /** The tooltip of the node. */
    readonly about: string;
    /** The place of the node in the text. */
    readonly source?: Source;
}

export interface DrawnEdge {
    readonly from: string;
    readonly to: string;
    readonly kind: string;
    readonly label?: string;
    readonly source?: Source;
    /** True if the edge does not reach its end. */
    readonly isStopped?: boolean;
    readonly layers?: number;
}

export interface GraphProps {
    readonly name: string;
    readonly nodes: readonly DrawnNode[];
    readonly edges: readonly DrawnEdge[];
    readonly direction: 'LR' | 'TB';
    readonly svg: Ref<SVGSVGElement>;
    readonly reveal: (source: Source) => void;
}

const TITLE_CHARACTER = 7.6;
const LINE_CHARACTER = 6.5;
const LINE_HEIGHT = 16;
const PADDING = 14;
/** The smallest scale: a graph is scaled down to fit as a whole, but only as far as it stays readable. */
const LEAST_SCALE = 0.75;

export function Graph({ name, nodes, edges, direction, svg, reveal }: GraphProps) {
    const boxes = useMemo(() => nodes.map((node) => ({ ...node, ...sizeOf(node) })), [nodes]);
    const placed = useMemo(
        () =>
            placeGraph(
                boxes,
                edges.map(({ from, to, label, layers = 1 }) => ({
                    from,
                    to,
                    layers,
                    labelWidth: label ? label.length * LINE_CHARACTER + 12 : 0
                })),
                direction
            ),
        [boxes, edges, direction]
    );
    return (
        <svg
            class="graph"
            ref={svg}
            width={placed.width}
            height={placed.height}
            viewBox={`0 0 ${placed.width} ${placed.height}`}
            style={{ minWidth: `${placed.width * LEAST_SCALE}px` }}
            role="group"
            aria-label={name}
        >
            <defs>
                {['plain', ...new Set(edges.map(({ kind }) => kind))].map((kind) => (
                    <marker
                        key={kind}
                        id={`tip-${kind}`}
                        class={kind}
                        viewBox="0 0 10 10"
                        refX="9"
                        refY="5"
                        markerWidth="8"
                        markerHeight="8"
                        markerUnits="userSpaceOnUse"
                        orient="auto"
                    >
                        <path d="M0 0 10 5 0 10z" />
                    </marker>
                ))}
            </defs>
            {edges.map(({ kind, label, source, isStopped }, index) => {
                const { path, x, y } = placed.edges[index]!;
                return (
                    <g key={index} class={`edge ${kind}`}>
                        <path d={path} marker-end={isStopped ? undefined : `url(#tip-${kind})`} />
                        {label && (
                            <Pressable source={source} about={label} reveal={reveal}>
                                <rect
                                    class="label-ground"
                                    x={x - (label.length * LINE_CHARACTER) / 2 - 5}
                                    y={y - 9}
                                    width={label.length * LINE_CHARACTER + 10}
                                    height={18}
                                    rx={4}
                                />
                                <text x={x} y={y + 4} text-anchor="middle">
                                    {label}
                                </text>
                            </Pressable>
                        )}
                    </g>
                );
            })}
            {boxes.map(({ id, kind, title, lines = [], about, source, width, height }) => {
                const { x, y } = placed.nodes.get(id)!;
                const top = y - height / 2;
                return (
                    <g key={id} class={`box ${kind}`}>
                        <Pressable source={source} about={about} reveal={reveal}>
                            <rect x={x - width / 2} y={top} width={width} height={height} rx={7} />
                        </Pressable>
                        <g class="drawn" aria-hidden={source ? 'true' : undefined}>
                            <text x={x} y={top + 21} text-anchor="middle">
                                {title}
                            </text>
                            {lines.map((line, index) => (
                                <text
                                    key={index}
                                    class="line"
                                    x={x}
                                    y={top + 21 + (index + 1) * LINE_HEIGHT}
                                    text-anchor="middle"
                                >
                                    {line}
                                </text>
                            ))}
                        </g>
                    </g>
                );
            })}
        </svg>
    );
}

interface PressableProps {
    readonly source: Source | undefined;
    readonly about: string;
    readonly reveal: (source: Source) => void;
    readonly children: preact.ComponentChildren;
}

/** A node, which links to its place in the text if it has one. */
function Pressable({ source, about, reveal, children }: PressableProps) {
    if (!source) {
        return <g>{children}</g>;
    }
    return (
        <g
            class="pressable"
            role="button"
            tabindex={0}
            aria-label={about}
            onClick={() => reveal(source)}
            onKeyDown={(event) => {
                if (event.key === 'Enter' || event.key === ' ') {
                    event.preventDefault();
                    reveal(source);
                }
            }}
        >
            {children}
        </g>
    );
}

function sizeOf({ title, lines = [] }: DrawnNode): { readonly width: number; readonly height: number } {
    const widest = Math.max(title.length * TITLE_CHARACTER, ...lines.map((line) => line.length * LINE_CHARACTER), 40);
    return { width: widest + 2 * PADDING, height: 34 + lines.length * LINE_HEIGHT };
}
