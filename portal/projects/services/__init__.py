from portal.projects.services.epoch import bump_permission_epoch

__all__ = ["bump_permission_epoch"]
