"""Writes data/benign/stdlib.txt: what of the standard library makes a plain object or computes, from sources and the modules of C."""
import importlib
import json
import pathlib
import sys

import survey
from compile import read, write

# Modules whose every public class and function without an effect is harmless.
PLAIN = """abc argparse array ast base64 binascii bisect calendar cmath codecs collections collections.abc colorsys configparser
contextlib contextvars copy csv dataclasses datetime decimal difflib email email.charset email.errors email.header email.headerregistry
email.message email.policy enum errno fnmatch fractions functools getopt graphlib gzip hashlib heapq hmac html html.entities html.parser http
http.cookies io ipaddress itertools json json.decoder json.encoder keyword locale logging lzma bz2 math mimetypes numbers operator
optparse pathlib pprint queue quopri random re reprlib sched secrets shlex stat statistics string struct textwrap threading time token
tokenize types typing unicodedata urllib.error urllib.parse uuid weakref zlib zoneinfo _collections_abc _weakrefset _py_abc _pydecimal
_decimal _datetime _pydatetime _collections _functools _operator _struct _random _heapq _bisect _json _csv _string _strptime _compression _uuid
_socket _io _codecs _thread copyreg xml.etree.ElementTree posixpath ntpath genericpath os.path os numpy_dummy _threading_local _abc
asyncio.exceptions concurrent.futures._base multiprocessing.context queue _queue _statistics _markupbase sre_constants re._constants
nturl2path stringprep encodings.aliases encodings.utf_8 encodings.ascii encodings.latin_1 unittest.case string.templatelib
importlib.machinery timeit2 xml.dom.minidom xml.sax.handler plistlib rlcompleter2 symtable2 zipfile tarfile""".split()
ONLY = {  # of these just some
    "os": "fspath sep linesep name curdir pardir altsep extsep pathsep devnull PathLike error stat_result terminal_size fsencode fsdecode"
          " strerror DirEntry times_result uname_result statvfs_result sched_param cpu_count WIFEXITED WEXITSTATUS",
    "threading": "BrokenBarrierError ThreadError get_ident Lock RLock Condition Event Semaphore BoundedSemaphore Barrier local _RLock _CRLock",
    "_thread": "LockType RLock allocate_lock allocate get_ident error _local lock",
    "_threading_local": "local", "multiprocessing.context": "AuthenticationError BufferTooShort ProcessError TimeoutError",
    "_socket": "error herror gaierror timeout", "unittest.case": "SkipTest", "importlib.machinery": "ModuleSpec",
    "concurrent.futures._base": "CancelledError TimeoutError BrokenExecutor Error InvalidStateError",
    "logging": "Logger RootLogger PlaceHolder Manager Formatter Filter Filterer BufferingFormatter NullHandler Handler StreamHandler"
               " _StderrHandler LogRecord LoggerAdapter PercentStyle StrFormatStyle StringTemplateStyle getLevelName",
    "argparse": "Namespace Action ArgumentError ArgumentTypeError HelpFormatter RawDescriptionHelpFormatter RawTextHelpFormatter"
                " ArgumentDefaultsHelpFormatter _StoreAction _StoreTrueAction _StoreFalseAction _HelpAction _ArgumentGroup"
                " _MutuallyExclusiveGroup _SubParsersAction",
    "io": "BytesIO StringIO UnsupportedOperation BufferedReader BufferedWriter TextIOWrapper BufferedRandom RawIOBase IOBase"
          " BufferedIOBase TextIOBase IncrementalNewlineDecoder BlockingIOError",
    "_io": "BytesIO StringIO BufferedReader BufferedWriter TextIOWrapper BufferedRandom _BufferedIOBase _IOBase _RawIOBase _TextIOBase"
           " IncrementalNewlineDecoder",
    "types": "SimpleNamespace NoneType EllipsisType NotImplementedType MappingProxyType GenericAlias UnionType BuiltinFunctionType"
             " BuiltinMethodType ClassMethodDescriptorType MethodDescriptorType MethodWrapperType WrapperDescriptorType TracebackType"
             " CellType AsyncGeneratorType",
    "copyreg": "pickle_complex pickle_union _reduce_ex __newobj__x", "ast": "AST", "codecs": "CodecInfo IncrementalDecoder"
             " IncrementalEncoder StreamReader StreamWriter StreamRecoder Codec BOM_UTF8 getencoder getdecoder lookup latin_1_encode"
             " latin_1_decode utf_8_encode utf_8_decode escape_decode escape_encode ascii_encode ascii_decode ignore_errors"
             " strict_errors replace_errors backslashreplace_errors xmlcharrefreplace_errors namereplace_errors charmap_build",
    "_codecs": "latin_1_encode latin_1_decode utf_8_encode utf_8_decode escape_decode escape_encode ascii_encode ascii_decode lookup"
               " charmap_build utf_16_decode utf_16_encode utf_32_decode utf_32_encode raw_unicode_escape_decode unicode_escape_decode",
    "zipfile": "BadZipFile ZipInfo LargeZipFile BadZipfile", "tarfile": "TarInfo TarError ReadError",
    "xml.dom.minidom": "Document Element Text Attr NodeList", "html.parser": "HTMLParser", "shlex": "quote join shlex split",
    "contextlib": "nullcontext ContextDecorator AbstractContextManager _GeneratorContextManager",
    "string": "capwords ascii_letters digits punctuation", "time": "struct_time time gmtime localtime mktime strftime strptime asctime"
              " ctime monotonic perf_counter process_time time_ns", "email": "message_from_string message_from_bytes",
    "sched": "Event", "secrets": "", "mimetypes": "guess_type guess_extension MimeTypes add_type guess_all_extensions", "locale": "",
    "configparser": "ConfigParser RawConfigParser SafeConfigParser SectionProxy NoSectionError NoOptionError Interpolation"
                    " BasicInterpolation ExtendedInterpolation LegacyInterpolation ConverterMapping DuplicateSectionError ParsingError",
    "unicodedata": "normalize category name lookup decimal digit numeric bidirectional combining east_asian_width mirrored decomposition UCD",
    "plistlib": "UID Data dumps", "weakref": "WeakKeyDictionary WeakValueDictionary WeakSet ReferenceType KeyedRef",
    "random": "Random seed random uniform gauss choice shuffle sample randint randrange betavariate expovariate normalvariate triangular",
    "typing": "Any Union Optional List Dict Tuple Callable Generic TypeVar ClassVar Sequence Mapping Iterable Iterator Set FrozenSet"
              " Literal Final Type NoReturn _GenericAlias _SpecialForm _UnionGenericAlias _CallableGenericAlias _LiteralGenericAlias"
              " ParamSpec Protocol AnyStr Text Deque DefaultDict OrderedDict Counter ChainMap Hashable Sized Collection Annotated"
              " Concatenate TypeAlias SupportsFloat SupportsInt SupportsIndex SupportsAbs MutableMapping MutableSequence MutableSet"
              " _AnnotatedAlias _SpecialGenericAlias _BaseGenericAlias _TupleType _CallableType Union.__getitem__x TypedDict_ Unpack Required NotRequired",
}
EXTRA = {  # old and private spellings
    "builtins": "slice range str.lower str.upper str.strip str.split str.join str.lstrip str.rstrip str.title str.capitalize str.replace"
                " str.startswith str.endswith str.isdigit str.isalpha str.encode str.casefold str.swapcase str.maketrans str.translate"
                " bytes.fromhex bytes.decode bytearray.fromhex dict.fromkeys dict.get dict.keys dict.values dict.items dict.update dict.pop"
                " list.append list.extend list.index list.count list.sort set.add set.union frozenset.union float.fromhex int.from_bytes"
                " int.__add__ float.__add__ NotImplementedType ellipsis NoneType function_x",
    "collections": "Callable Iterable Iterator Mapping MutableMapping Sequence Set Hashable Sized Container",
    "_collections": "OrderedDict deque defaultdict _deque_iterator _deque_reverse_iterator _tuplegetter",
    "sets": "Set ImmutableSet", "uuid": "UUID SafeUUID uuid3 uuid4 uuid5 uuid6 uuid7 uuid8 NAMESPACE_DNS NAMESPACE_URL",
    "pathlib": "PurePath PurePosixPath PureWindowsPath Path PosixPath WindowsPath UnsupportedOperation",
    "pathlib._local": "PurePath PurePosixPath PureWindowsPath Path PosixPath WindowsPath",
    "numbers": "Number Complex Real Rational Integral", "decimal": "Decimal Context", "_decimal": "Decimal Context",
    "_pydecimal": "Decimal Context", "datetime": "date datetime time timedelta timezone tzinfo datetime.strptime datetime.now_x"
                " datetime.fromtimestamp datetime.fromisoformat datetime.utcfromtimestamp datetime.combine date.fromisoformat UTC",
    "array": "array _array_reconstructor ArrayType", "_struct": "Struct", "struct": "Struct pack unpack calcsize",
    "functools": "", "itertools": "chain chain.from_iterable islice tee zip_longest compress pairwise batched izip_longest",
    "random": "Random", "re": "Pattern Match RegexFlag Regexp_x", "string": "letters lowercase uppercase maketrans lower upper strip",
    "exceptions": "Exception ValueError", "time": "struct_time", "enum": "Enum IntEnum Flag IntFlag StrEnum auto unique EnumCheck FlagBoundary",
    "zoneinfo": "ZoneInfoNotFoundError", "copy": "Error", "copyreg": "_reduce_2_x", "operator": "", "_operator": "",
    "ipaddress": "IPv4Address IPv4Network IPv6Address IPv6Network IPv4Interface IPv6Interface ip_address ip_network ip_interface",
}
DROP = {"builtins", "secrets"}
CUT = set("breakpoint exec eval compile open input".split())


def main():
    data = json.loads(pathlib.Path(sys.argv[1]).read_text())
    path = survey.DATA / "benign" / "stdlib.txt"
    names = {m: n for m, n in read(path).items() if m == "builtins"}  # written by hand
    hand = set(survey.HAND)
    for module in PLAIN:
        got = set()
        for name, (made, inits) in data["classes"].get(module, {}).items():
            if not {*made, *inits} & {"executes", "imports", "native", "network", "deserialises"}:
                got.add(name)
        for name, (far, _, params, _) in data["functions"].get(module, {}).items():
            if not far and not params:
                got.add(name)
        try:
            m = importlib.import_module(module)
        except ImportError:
            m = None
        if m is not None and not getattr(m, "__file__", "").endswith(".py"):
            got |= {n for n in dir(m) if not n.startswith("__") and callable(getattr(m, n))}
        elif m is not None:  # what it takes from its half in C
            got |= {n for n in dir(m) if not n.startswith("__") and callable(getattr(m, n))
                    and getattr(getattr(m, n), "__module__", None) in (module, "_" + module) and n not in data["functions"].get(module, {})}
        if module in ONLY:
            got = set(ONLY[module].split())
        names.setdefault(module, set()).update(n for n in got if module + "." + n not in hand and n not in CUT)
    for module, more in {**ONLY, **EXTRA}.items():
        names.setdefault(module, set()).update(n for n in more.split() if module + "." + n not in hand and not n.endswith(("_x", "__x")))
    for module in ("posixpath", "ntpath", "os.path", "macpath"):
        names.setdefault(module, set()).update("join split splitext splitdrive splitroot basename dirname normpath normcase isabs"
                                               " commonpath commonprefix isreserved".split())
    write(path, ["Names of Python's standard library that make a plain object or compute. builtins is written by hand, the rest by"
                 " gen/stdlib.py.", "module | names"],
          {m: {n for n in v if not n.endswith("_x") and m + "." + n not in hand} for m, v in names.items() if v})


if __name__ == "__main__":
    main()
