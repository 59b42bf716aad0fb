import { useEffect, useState } from 'react';
import { useI18n } from '../i18n/i18n.js';
import { type DroppedFile, droppedFiles } from './dropped-files.js';

export interface DropZoneProps {
  readonly collection: string;
  readonly onDrop: (files: readonly DroppedFile[]) => void;
}

/** Takes files dropped anywhere on the page, and shows while they hover that it will. */
export function DropZone({ collection, onDrop }: DropZoneProps) {
  const { t } = useI18n();
  const [hovering, setHovering] = useState(false);
  useEffect(() => {
    const over = (event: DragEvent) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      setHovering(true);
    };
    const leave = (event: DragEvent) => {
      // Moving between elements also leaves; leaving the window goes to no element.
      if (event.relatedTarget === null) setHovering(false);
    };
    const drop = (event: DragEvent) => {
      setHovering(false);
      if (!carriesFiles(event) || !event.dataTransfer) return;
      event.preventDefault();
      void droppedFiles(event.dataTransfer).then(onDrop);
    };
    addEventListener('dragover', over);
    addEventListener('dragleave', leave);
    addEventListener('drop', drop);
    return () => {
      removeEventListener('dragover', over);
      removeEventListener('dragleave', leave);
      removeEventListener('drop', drop);
    };
  }, [onDrop]);
  return hovering ? (
    <div className="drop-zone" role="status">
      <p>{t.dropHere(collection)}</p>
    </div>
  ) : null;
}

function carriesFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes('Files') ?? false;
}
