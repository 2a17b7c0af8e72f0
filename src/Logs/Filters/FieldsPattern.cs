using System.Text;

namespace Berth.Logs;

/// <summary>
/// Conditions on the fields of a line split at blanks: <c>[ip, ..., status = 4*, bytes &gt; 1000]</c>. Text in quotes or
/// brackets is one field. The number of fields must be the pattern's, unless <c>...</c> stands for any number.
/// </summary>
internal sealed class FieldsPattern : FilterPattern
{
    private readonly List<Condition> before = [];
    private readonly List<Condition> after = [];
    private bool hasEllipsis;

    private FieldsPattern()
    {
    }

    public static new FieldsPattern Parse(string text)
    {
        var pattern = new FieldsPattern();
        var reader = new PatternReader(text);
        reader.Expect("[");
        if (!reader.TryTakeNext("]"))
        {
            do
            {
                if (!reader.TryTakeNext("..."))
                {
                    pattern.AddField(reader);
                }
                else if (pattern.hasEllipsis)
                {
                    throw Invalid();
                }
                else
                {
                    pattern.hasEllipsis = true;
                }
            }
            while (reader.TryTakeNext(","));
            reader.Expect("]");
        }

        reader.SkipBlanks();
        return reader.IsAtEnd ? pattern : throw Invalid();
    }

    public override bool Matches(ReadOnlyMemory<byte> message)
    {
        var fields = Split(Encoding.UTF8.GetString(message.Span));
        var named = before.Count + after.Count;
        if (hasEllipsis ? fields.Count < named : fields.Count != named)
        {
            return false;
        }

        for (var i = 0; i < before.Count; i++)
        {
            if (!before[i].Holds(new Subject(fields[i])))
            {
                return false;
            }
        }

        for (var i = 0; i < after.Count; i++)
        {
            if (!after[i].Holds(new Subject(fields[fields.Count - after.Count + i])))
            {
                return false;
            }
        }

        return true;
    }

    private static List<PatternValue> Split(string line)
    {
        var fields = new List<PatternValue>();
        for (var at = 0; at < line.Length;)
        {
            if (char.IsWhiteSpace(line[at]))
            {
                at++;
                continue;
            }

            var close = line[at] switch { '"' => '"', '[' => ']', _ => '\0' };
            var end = close == '\0' ? -1 : line.IndexOf(close, at + 1);
            if (end > 0)
            {
                fields.Add(PatternValue.OfField(line[(at + 1)..end]));
                at = end + 1;
                continue;
            }

            end = at;
            while (end < line.Length && !char.IsWhiteSpace(line[end]))
            {
                end++;
            }

            fields.Add(PatternValue.OfField(line[at..end]));
            at = end;
        }

        return fields;
    }

    private void AddField(PatternReader reader)
    {
        var fields = hasEllipsis ? after : before;
        fields.Add(new ConditionParser(reader, ReadName).Parse());
    }

    /// <summary>Names serve the reader of the pattern only: all in a field's condition mean that field.</summary>
    private static Selector? ReadName(PatternReader reader)
    {
        reader.SkipBlanks();
        var name = reader.TakeUntil("=!<>()[],&|");
        return name.Length == 0 ? null : new([new(null, 0)]);
    }

    private sealed class Subject(PatternValue field) : IPatternSubject
    {
        public IEnumerable<PatternValue> Select(Selector selector) => [field];
    }
}
