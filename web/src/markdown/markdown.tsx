import { Fragment, memo, type ReactNode } from 'react';
import { parseBlocks } from './blocks.js';
import { CodeBlock } from './code-block.js';
import { parseInline } from './inline.js';
import type { Block, Inline } from './syntax.js';

export interface MarkdownProps {
  readonly text: string;
  /** Draws the marker `[n]`; undefined where no such source exists: the marker is then drawn as plain text. */
  readonly renderCitation: (n: number) => ReactNode | undefined;
}

/** Markdown as React elements. No HTML is ever interpreted: everything that is not Markdown is text. */
export const Markdown = memo(function Markdown({ text, renderCitation }: MarkdownProps) {
  return <Blocks blocks={parseBlocks(text)} renderCitation={renderCitation} />;
});

type Cite = Pick<MarkdownProps, 'renderCitation'>;

function Blocks({ blocks, ...cite }: { readonly blocks: readonly Block[] } & Cite) {
  return blocks.map((block, index) => <BlockView key={keyOf(index)} block={block} {...cite} />);
}

function BlockView({ block, ...cite }: { readonly block: Block } & Cite): ReactNode {
  switch (block.type) {
    case 'paragraph':
      return (
        <p>
          <Inlines text={block.text} {...cite} />
        </p>
      );
    case 'heading':
      return <Heading level={block.level} text={block.text} {...cite} />;
    case 'code':
      return <CodeBlock language={block.language} text={block.text} />;
    case 'list':
      return <List list={block} {...cite} />;
    case 'quote':
      return (
        <blockquote>
          <Blocks blocks={block.blocks} {...cite} />
        </blockquote>
      );
    case 'table':
      return <Table table={block} {...cite} />;
    case 'rule':
      return <hr />;
  }
}

/** An answer stands below a level-2 heading (the question), so its own headings begin at level 3. */
function Heading({ level, text, ...cite }: { readonly level: number; readonly text: string } & Cite) {
  const Tag = level <= 1 ? 'h3' : level === 2 ? 'h4' : 'h5';
  return (
    <Tag>
      <Inlines text={text} {...cite} />
    </Tag>
  );
}

function List({ list, ...cite }: { readonly list: Extract<Block, { type: 'list' }> } & Cite) {
  const items = list.items.map((blocks, index) => (
    <li key={keyOf(index)}>
      <ItemBody blocks={blocks} {...cite} />
    </li>
  ));
  return list.ordered ? <ol start={list.start}>{items}</ol> : <ul>{items}</ul>;
}

/** A short item is a line, not a paragraph of its own. */
function ItemBody({ blocks, ...cite }: { readonly blocks: readonly Block[] } & Cite) {
  const [first, ...rest] = blocks;
  if (first?.type !== 'paragraph') return <Blocks blocks={blocks} {...cite} />;
  return (
    <>
      <Inlines text={first.text} {...cite} />
      <Blocks blocks={rest} {...cite} />
    </>
  );
}

function Table({ table, ...cite }: { readonly table: Extract<Block, { type: 'table' }> } & Cite) {
  const cell = (Tag: 'th' | 'td', text: string, column: number) => (
    <Tag key={keyOf(column)} className={table.align[column] && `align-${table.align[column]}`}>
      <Inlines text={text} {...cite} />
    </Tag>
  );
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
    <div className="table-scroll" tabIndex={0}>
      <table>
        <thead>
          <tr>{table.head.map((text, column) => cell('th', text, column))}</tr>
        </thead>
        <tbody>
          {table.rows.map((row, index) => (
            <tr key={keyOf(index)}>{row.map((text, column) => cell('td', text, column))}</tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Inlines({ text, ...cite }: { readonly text: string } & Cite) {
  return <InlineNodes nodes={parseInline(text)} {...cite} />;
}

function InlineNodes({ nodes, ...cite }: { readonly nodes: readonly Inline[] } & Cite) {
  return nodes.map((node, index) => <Fragment key={keyOf(index)}>{drawInline(node, cite)}</Fragment>);
}

function drawInline(node: Inline, cite: Cite): ReactNode {
  switch (node.type) {
    case 'text':
      return node.text;
    case 'code':
      return <code>{node.text}</code>;
    case 'break':
      return <br />;
    case 'citation':
      return cite.renderCitation(node.n) ?? `[${node.n}]`;
    case 'link':
      return (
        <a href={node.href} target="_blank" rel="noopener noreferrer">
          <InlineNodes nodes={node.children} {...cite} />
        </a>
      );
    case 'strong':
      return (
        <strong>
          <InlineNodes nodes={node.children} {...cite} />
        </strong>
      );
    case 'emphasis':
      return (
        <em>
          <InlineNodes nodes={node.children} {...cite} />
        </em>
      );
    case 'strike':
      return (
        <s>
          <InlineNodes nodes={node.children} {...cite} />
        </s>
      );
  }
}

/** Streamed text only grows at its end: a node's place is its identity. */
function keyOf(index: number): string {
  return String(index);
}
