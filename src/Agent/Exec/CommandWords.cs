using System.Text;

namespace Berth.Agent;

/// <summary>Takes a command apart as a shell does: blanks part words; quotes and backslashes keep them together.</summary>
internal static class CommandWords
{
    /// <exception cref="FormatException">A quote is not closed, or the last character is a backslash.</exception>
    public static IReadOnlyList<string> Split(string command)
    {
        List<string> words = [];
        StringBuilder? word = null;
        var quote = '\0';
        for (var at = 0; at < command.Length; at++)
        {
            var letter = command[at];
            if (letter == '\\' && quote != '\'')
            {
                if (++at == command.Length)
                {
                    throw new FormatException("The command ends with a backslash.");
                }

                word ??= new();
                if (quote == '"' && command[at] is not ('"' or '\\' or '$' or '`'))
                {
                    word.Append('\\');
                }

                word.Append(command[at]);
            }
            else if (quote != '\0' ? letter == quote : letter is '\'' or '"')
            {
                quote = quote == '\0' ? letter : '\0';
                word ??= new();
            }
            else if (quote == '\0' && letter is ' ' or '\t' or '\n' or '\r')
            {
                if (word is not null)
                {
                    words.Add(word.ToString());
                    word = null;
                }
            }
            else
            {
                (word ??= new()).Append(letter);
            }
        }

        if (quote != '\0')
        {
            throw new FormatException($"The command has an open {quote}.");
        }

        if (word is not null)
        {
            words.Add(word.ToString());
        }

        return words;
    }
}
