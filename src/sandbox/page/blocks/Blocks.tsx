// Draws the blocks of a message, a form or the home tab. Words and layout, and whatever can be pressed or filled in, are
// drawn here; blocks for looking at go to the drawing library.
import type {
  ActionsBlock,
  ContextBlock,
  ImageElement,
  InputBlock,
  KnownBlock,
  SectionBlock,
} from "@slack/types";
import { useId } from "react";
import { isGroup, InputElement } from "../inputs/InputElement.tsx";
import { OverflowMenu, PressButton } from "../inputs/Press.tsx";
import { blockIdOf, slotsOf, type Slot } from "../values.ts";
import { Drawn } from "./Drawn.tsx";
import { useSurface } from "./surface.ts";
import { plainText, Text } from "./Text.tsx";

/** Blocks in their order. Must stand on a surface. */
export function Blocks({ blocks }: { blocks: KnownBlock[] }) {
  return (
    <div className="blocks">
      {blocks.map((block, index) => (
        <OneBlock key={blockIdOf(block, index)} block={block} blockId={blockIdOf(block, index)} />
      ))}
    </div>
  );
}

function OneBlock({ block, blockId }: { block: KnownBlock; blockId: string }) {
  switch (block.type) {
    case "header":
      return <h3 className="block-header">{plainText(block.text)}</h3>;
    case "section":
      return <Section block={block} blockId={blockId} />;
    case "context":
      return <Context block={block} />;
    case "actions":
      return <Actions block={block} blockId={blockId} />;
    case "input":
      return <Framed block={block} blockId={blockId} />;
    case "divider":
      return <hr className="block-divider" />;
    default:
      return <Drawn blocks={[block]} />;
  }
}

function Section({ block, blockId }: { block: SectionBlock; blockId: string }) {
  return (
    <div className="block-section">
      <div className="section-words">
        {block.text && <Text of={block.text} />}
        {block.fields && (
          <div className="section-fields">
            {block.fields.map((field, index) => (
              <div key={index} className="section-field">
                <Text of={field} />
              </div>
            ))}
          </div>
        )}
      </div>
      {block.accessory && (
        <div className="section-accessory">
          <Unframed element={block.accessory} blockId={blockId} name={nameOf(block)} />
        </div>
      )}
    </div>
  );
}

function Context({ block }: { block: ContextBlock }) {
  return (
    <div className="block-context">
      {block.elements.map((element, index) =>
        element.type === "image" ? (
          <Picture key={index} element={element} />
        ) : (
          <span key={index} className="context-words">
            <Text of={element} />
          </span>
        ),
      )}
    </div>
  );
}

function Actions({ block, blockId }: { block: ActionsBlock; blockId: string }) {
  return (
    <div className="block-actions">
      {block.elements.map((element, index) => (
        <Unframed key={element.action_id ?? index} element={element} blockId={blockId} name={undefined} />
      ))}
    </div>
  );
}

/** What may stand in a section or an actions block. */
type Bare = SectionBlockAccessory | ActionsBlock["elements"][number];
type SectionBlockAccessory = NonNullable<SectionBlock["accessory"]>;

/** An element in a section or an actions block: no label stands beside it, and the app hears of each change. */
function Unframed({ element, blockId, name }: { element: Bare; blockId: string; name: string | undefined }) {
  const surface = useSurface();
  const id = useId();
  if (element.type === "button") return <PressButton element={element} blockId={blockId} />;
  if (element.type === "overflow") return <OverflowMenu element={element} blockId={blockId} />;
  if (element.type === "image") return <Picture element={element} />;
  const slot = slotIn(element, blockId);
  const state = slot && surface.values[slot.blockId]?.[slot.actionId];
  if (!slot || !state) return null;
  const placeholder = "placeholder" in slot.element ? slot.element.placeholder : undefined;
  return (
    <InputElement
      {...{ element: slot.element, slot, state, id }}
      describedBy={undefined}
      isInvalid={false}
      isRequired={false}
      ariaLabel={placeholder ? plainText(placeholder) : name}
      tells
      change={(next, tells) => {
        surface.change(slot, next, tells);
      }}
    />
  );
}

/** An input block: label, input, hint, and the error under it. */
function Framed({ block, blockId }: { block: InputBlock; blockId: string }) {
  const surface = useSurface();
  const id = useId();
  const slot: Slot | undefined = slotsOf([{ ...block, block_id: blockId }])[0];
  const state = slot && surface.values[blockId]?.[slot.actionId];
  if (!slot || !state) return null;

  const label = plainText(block.label);
  const fault = surface.faults[blockId];
  const describedBy = [fault && `${id}-fault`, block.hint && `${id}-hint`].filter(Boolean).join(" ");
  const Frame = isGroup(slot.element.type) ? "fieldset" : "div";
  const marks = block.optional ? (
    <span className="optional"> (optional)</span>
  ) : (
    <span className="required" aria-hidden="true" title="Needed" />
  );
  return (
    <Frame className={fault ? "field faulty" : "field"}>
      {Frame === "fieldset" ? (
        <legend>
          {label}
          {marks}
        </legend>
      ) : (
        <div className="field-label">
          <label htmlFor={id}>{label}</label>
          {marks}
        </div>
      )}
      <InputElement
        {...{ element: slot.element, slot, state, id }}
        describedBy={describedBy || undefined}
        isInvalid={fault !== undefined}
        isRequired={!block.optional}
        ariaLabel={undefined}
        tells={block.dispatch_action === true}
        change={(next, tells) => {
          surface.change(slot, next, tells);
        }}
      />
      {fault && (
        <p id={`${id}-fault`} className="fault" role="alert">
          {fault}
        </p>
      )}
      {block.hint && (
        <p id={`${id}-hint`} className="hint">
          {plainText(block.hint)}
        </p>
      )}
    </Frame>
  );
}

function Picture({ element }: { element: ImageElement }) {
  const address = "image_url" in element ? element.image_url : undefined;
  return <img className="picture" src={address} alt={element.alt_text} />;
}

/** The input that a bare element is, if it is one. */
function slotIn(element: Bare, blockId: string): Slot | undefined {
  return slotsOf([{ type: "section", block_id: blockId, accessory: element as SectionBlockAccessory }])[0];
}

/** A section's first words, as the name of a bare input beside them. */
function nameOf(block: SectionBlock): string | undefined {
  return (
    block.text &&
    plainText(block.text)
      .replace(/[*_~`]/g, "")
      .slice(0, 80)
  );
}
