using Microsoft.Data.Sqlite;

namespace Berth.Conformance.Tests;

/// <summary>
/// Reads from a running server's journal how far each stream of a region has come, and that of IAM, which has none. Everything that changes is a fact in
/// there first, so equal positions before and after a call say that it has changed nothing.
/// </summary>
internal sealed class JournalPositions : IDisposable
{
    private readonly SqliteConnection connection;
    private readonly SqliteCommand positions;
    private readonly SqliteCommand facts;

    public JournalPositions(string dataDirectory)
    {
        connection = new(new SqliteConnectionStringBuilder { DataSource = Path.Combine(dataDirectory, "journal.db"), Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        connection.Open();
        positions = connection.CreateCommand();
        positions.CommandText = """
            select id, (select max(seq) from event where stream = id) from stream
            where id = $account or id = $network or id = $balancing or id = $repositories or id = $identity or (id >= $first and id < $last)
            """;
        facts = connection.CreateCommand();
        facts.CommandText = "select type || ' ' || payload from event where stream = $stream and seq > $after order by seq";
    }

    /// <summary>The last sequence number of each stream that has one.</summary>
    public Dictionary<string, long> Read(string account, string region)
    {
        positions.Parameters.Clear();
        foreach (var (name, value) in new[]
        {
            ("$account", $"account/{account}/{region}"), ("$network", $"network/{account}/{region}"), ("$balancing", $"loadbalancing/{account}/{region}"),
            ("$repositories", $"repositories/{account}/{region}"), ("$identity", $"iam/{account}"), ("$first", $"cluster/{account}/{region}/"), ("$last", $"cluster/{account}/{region}0"),    // '0' comes after '/'.
        })
        {
            positions.Parameters.AddWithValue(name, value);
        }

        using var reader = positions.ExecuteReader();
        var read = new Dictionary<string, long>(StringComparer.Ordinal);
        while (reader.Read())
        {
            if (!reader.IsDBNull(1))
            {
                read.Add(reader.GetString(0), reader.GetInt64(1));
            }
        }

        return read;
    }

    /// <summary>What has come to be between two readings.</summary>
    public IReadOnlyList<string> Between(Dictionary<string, long> before, Dictionary<string, long> after)
    {
        var found = new List<string>();
        foreach (var (stream, position) in after.Where(stream => before.GetValueOrDefault(stream.Key) != stream.Value))
        {
            facts.Parameters.Clear();
            facts.Parameters.AddWithValue("$stream", stream);
            facts.Parameters.AddWithValue("$after", before.GetValueOrDefault(stream));
            using var reader = facts.ExecuteReader();
            while (reader.Read())
            {
                found.Add($"{stream}: {reader.GetString(0)}");
            }
        }

        return found;
    }

    public void Dispose()
    {
        positions.Dispose();
        facts.Dispose();
        connection.Dispose();
    }
}
