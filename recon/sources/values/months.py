"""Names of months in the languages of statements, as dates are written with them."""

from typing import Final

ENGLISH: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_NAMES: Final = (
    "jan january janvier janv enero ene janeiro gennaio gen januar jän jänner januari ocak oca sty stycznia",
    "feb february février févr fév fevrier fev febrero fevereiro febbraio februar februari şubat şub lut lutego",
    "mar march mars marzo março marco märz maerz mrz mär maart mrt marts mart marca",
    "apr april avril avr abril abr aprile nisan nis kwi kwietnia",
    "may mai mayo maio maggio mag mei maj may\u0131s maja",
    "jun june juin junio junho giugno giu juni haziran haz cze czerwca",
    "jul july juillet juil julio julho luglio lug juli temmuz tem lip lipca",
    "aug august août aout agosto ago augustus augusti ağustos ağu agu agt sie sierpnia",
    "sep sept september septembre septiembre setiembre set setembro settembre eylül eyl wrz września",
    "oct october octobre octubre outubro out ottobre ott oktober okt ekim eki paź października",
    "nov november novembre noviembre novembro kas\u0131m kas lis listopada",
    "dec december décembre déc decembre diciembre dic dezembro dez dicembre dezember desember des aral\u0131k ara gru"
    " grudnia",
)
MONTHS: Final = {name: number for number, names in enumerate(_NAMES, 1) for name in names.split()}
"""The number of each month by its names and abbreviations in small letters."""
IN_ENGLISH: Final = {name: ENGLISH[number - 1] for name, number in MONTHS.items()}
"""The English abbreviation of each name."""
