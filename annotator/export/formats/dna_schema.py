"""The tables of a Discourse Network Analyzer 3.0 database, as its documentation and its own files have them."""

from __future__ import annotations

_PERMISSIONS = (
    "AddDocuments EditDocuments DeleteDocuments ImportDocuments AddStatements EditStatements DeleteStatements"
    " EditAttributes EditRegex EditStatementTypes EditCoders EditCoderRelations ViewOthersDocuments"
    " EditOthersDocuments ViewOthersStatements EditOthersStatements"
).split()


def _flag(name: str, default: int = 1) -> str:
    return f"{name} INTEGER NOT NULL CHECK ({name} BETWEEN 0 AND 1) DEFAULT {default}"


def _colours(rule: str) -> str:
    return ", ".join(f"{c} INTEGER {rule} CHECK ({c} BETWEEN 0 AND 255)" for c in ("Red", "Green", "Blue"))


def _short(name: str, rule: str = "NOT NULL") -> str:
    return f"{name} TEXT {rule} CHECK (LENGTH({name}) < 191)"


def _reference(column: str, table: str) -> str:
    return f"FOREIGN KEY({column}) REFERENCES {table}(ID) ON DELETE CASCADE"


def _data(kind: str, column: str, *more: str) -> str:
    parts = [
        "ID INTEGER PRIMARY KEY NOT NULL",
        "StatementId INTEGER NOT NULL",
        "VariableId INTEGER NOT NULL",
        column,
        _reference("StatementId", "STATEMENTS"),
        _reference("VariableId", "VARIABLES"),
        *more,
        "UNIQUE (StatementId, VariableId)",
    ]
    return f"CREATE TABLE DATA{kind}({', '.join(parts)})"


_KEY = "ID INTEGER NOT NULL PRIMARY KEY"
_COLOUR = _colours("NOT NULL DEFAULT 0")
_TYPES = " OR ".join(f"DataType = '{kind}'" for kind in ("boolean", "integer", "long text", "short text"))

SCHEMA = (
    "CREATE TABLE SETTINGS(Property TEXT PRIMARY KEY, Value TEXT NOT NULL)",
    f"CREATE TABLE CODERS({_KEY}, {_short('Name')}, {_COLOUR},"
    " Refresh INTEGER NOT NULL CHECK (Refresh BETWEEN 0 AND 9999) DEFAULT 0,"
    " FontSize INTEGER NOT NULL CHECK (FontSize BETWEEN 1 AND 99) DEFAULT 14,"
    f" {_short('Password')}, PopupWidth INTEGER CHECK (PopupWidth BETWEEN 100 AND 9999) DEFAULT 300,"
    f" {_flag('ColorByCoder', 0)}, {_flag('PopupDecoration', 0)}, {_flag('PopupAutoComplete')},"
    f" {', '.join(_flag(f'Permission{name}') for name in _PERMISSIONS)})",
    f"CREATE TABLE DOCUMENTS({_KEY}, {_short('Title')}, Text TEXT NOT NULL, Coder INTEGER,"
    + "".join(f" {_short(name, 'NOT NULL DEFAULT ' + repr(''))}," for name in ("Author", "Source", "Section"))
    + f" Notes TEXT NOT NULL DEFAULT '', {_short('Type', 'NOT NULL DEFAULT ' + repr(''))}, Date INTEGER NOT NULL,"
    f" {_reference('Coder', 'CODERS')})",
    f"CREATE TABLE STATEMENTTYPES({_KEY}, {_short('Label')}, {_COLOUR})",
    f"CREATE TABLE VARIABLES({_KEY}, {_short('Variable')},"
    f" DataType TEXT NOT NULL CHECK ({_TYPES}) DEFAULT 'short text', StatementTypeId INTEGER,"
    f" {_reference('StatementTypeId', 'STATEMENTTYPES')}, UNIQUE (Variable, StatementTypeId))",
    f"CREATE TABLE VARIABLELINKS({_KEY}, SourceVariableId INTEGER, TargetVariableId INTEGER,"
    " CHECK (TargetVariableId != SourceVariableId),"
    f" {_reference('SourceVariableId', 'VARIABLES')}, {_reference('TargetVariableId', 'VARIABLES')})",
    f"CREATE TABLE REGEXES({_short('Label', 'PRIMARY KEY')}, {_COLOUR})",
    f"CREATE TABLE CODERRELATIONS({_KEY}, Coder INTEGER CHECK (Coder > 0),"
    f" OtherCoder INTEGER CHECK (OtherCoder > 0), {_flag('viewStatements')}, {_flag('editStatements')},"
    f" {_flag('viewDocuments')}, {_flag('editDocuments')}, CHECK (Coder != OtherCoder),"
    f" {_reference('Coder', 'CODERS')}, {_reference('OtherCoder', 'CODERS')})",
    f"CREATE TABLE STATEMENTS({_KEY}, StatementTypeId INTEGER, DocumentId INTEGER,"
    " Start INTEGER NOT NULL CHECK (Start >= 0), Stop INTEGER NOT NULL CHECK (Stop >= 0), Coder INTEGER,"
    f" CHECK (Start < Stop), {_reference('StatementTypeId', 'STATEMENTTYPES')}, {_reference('Coder', 'CODERS')},"
    f" {_reference('DocumentId', 'DOCUMENTS')})",
    _data("BOOLEAN", "Value INTEGER NOT NULL DEFAULT 1"),
    _data("INTEGER", "Value INTEGER NOT NULL DEFAULT 0"),
    f"CREATE TABLE ENTITIES(ID INTEGER PRIMARY KEY NOT NULL, VariableId INTEGER NOT NULL,"
    f" {_short('Value', 'NOT NULL DEFAULT ' + repr(''))}, {_colours('DEFAULT 0')},"
    " ChildOf INTEGER CHECK (ChildOf > 0), UNIQUE (VariableId, Value),"
    f" {_reference('ChildOf', 'ENTITIES')}, {_reference('VariableId', 'VARIABLES')})",
    _data("SHORTTEXT", "Entity INTEGER NOT NULL", _reference("Entity", "ENTITIES")),
    _data("LONGTEXT", "Value TEXT DEFAULT ''"),
    "CREATE TABLE ATTRIBUTEVARIABLES(ID INTEGER PRIMARY KEY NOT NULL, VariableId INTEGER NOT NULL,"
    f" {_short('AttributeVariable')}, UNIQUE (VariableId, AttributeVariable), {_reference('VariableId', 'VARIABLES')})",
    "CREATE TABLE ATTRIBUTEVALUES(ID INTEGER PRIMARY KEY NOT NULL, EntityId INTEGER NOT NULL,"
    f" AttributeVariableId INTEGER NOT NULL, {_short('AttributeValue', 'NOT NULL DEFAULT ' + repr(''))},"
    f" UNIQUE (EntityId, AttributeVariableId), {_reference('EntityId', 'ENTITIES')},"
    f" {_reference('AttributeVariableId', 'ATTRIBUTEVARIABLES')})",
)
"""The statements that make the sixteen tables."""
