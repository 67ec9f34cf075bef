import { IconPhotoOff } from '@tabler/icons-react';
import { useState } from 'react';

import classes from './thumb.module.css';

/** A study's picture; a quiet sign where there is none or it may not be seen. */
export function Thumb({ url, size = 44, label }: { url: string | null; size?: number; label: string }) {
  const [broken, setBroken] = useState(false);
  const box = { width: size, height: size };
  if (url === null || broken) {
    return (
      <span className={classes.none} style={box} role="img" aria-label={`${label}: no picture`}>
        <IconPhotoOff size={Math.min(18, size / 2)} stroke={1.4} />
      </span>
    );
  }
  return <img className={classes.thumb} style={box} src={url} alt={label} loading="lazy" onError={() => setBroken(true)} />;
}
