"""Where a project file lies: network file systems and synchronised folders, which SQLite's locks do not reach."""

from __future__ import annotations

from pathlib import Path

from annotator.files.mounts import file_system

_NETWORK = frozenset(
    "9p afs afpfs beegfs ceph cifs davfs fuse.davfs fuse.glusterfs fuse.rclone fuse.s3fs fuse.sshfs glusterfs gpfs"
    " lustre ncpfs nfs nfs4 ocfs2 prl_fs smb3 smbfs vboxsf vmhgfs fuse.vmhgfs-fuse".split()
)
_SYNCED = {
    "dropbox": "Dropbox",
    "onedrive": "OneDrive",
    "google drive": "Google Drive",
    "googledrive": "Google Drive",
    "my drive": "Google Drive",
    "icloud drive": "iCloud",
    "com~apple~clouddocs": "iCloud",
    "mobile documents": "iCloud",
    "nextcloud": "Nextcloud",
    "owncloud": "ownCloud",
    "seafile": "Seafile",
    "pclouddrive": "pCloud",
    "box sync": "Box",
}
_SYNC_MARKS = {".stfolder": "Syncthing", ".dropbox": "Dropbox", ".sync": "Resilio", ".owncloudsync.log": "ownCloud"}


def is_on_network(path: Path) -> bool:
    """Whether a path lies on a file system that other machines can write to behind SQLite's back."""
    return file_system(path) in _NETWORK or str(path.absolute()).startswith("\\\\")


def synced_by(path: Path) -> str | None:
    """The service that seems to synchronise the folder of a path, if one does."""
    for folder in path.absolute().parents:
        named = next((name for word, name in _SYNCED.items() if folder.name.casefold().startswith(word)), None)
        marked = next((name for mark, name in _SYNC_MARKS.items() if (folder / mark).exists()), None)
        if named or marked:
            return named or marked
    return None
