from .plan import ITEM_FORMS, AcknowledgeForm, OverrideForm, PointsForm, PositionForm, Press

__all__ = ["ITEM_FORMS", "AcknowledgeForm", "OverrideForm", "PointsForm", "PositionForm", "Press"]
