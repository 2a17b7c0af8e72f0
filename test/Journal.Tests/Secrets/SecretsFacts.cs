using Berth.Domain;

namespace Berth.Journal.Tests;

using E = SecretsEvent;

public sealed class SecretsFacts
{
    private static readonly EventCatalog<SecretsState, E> Catalog = SecretsCatalog.Create();
    private static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    public static TheoryData<string> Names => [.. Examples().Select(fact => Catalog.Encode(fact).Type)];

    [Theory, MemberData(nameof(Names))]
    public void Are_written_and_read_as_their_golden_file_says(string type)
    {
        var payload = Examples().Select(Catalog.Encode).Single(encoded => encoded.Type == type).Payload;
        var golden = Golden($"{type}.json", payload);

        payload.ShouldBe(golden);
        Catalog.Encode(Catalog.Decode(type, golden)).ShouldBe((type, golden));
    }

    [Fact]
    public void All_have_an_example() =>
        Examples().Select(fact => fact.GetType()).ShouldBe(
            typeof(E).GetNestedTypes().Where(type => type.IsAssignableTo(typeof(E))), ignoreOrder: true);

    [Fact]
    public void Lead_to_a_state_that_reads_back_the_same()
    {
        var aggregate = new SecretsAggregate("000000000000", "us-east-1");
        foreach (var fact in Examples().Where(fact => fact is not (E.Restored or E.Deleted)))
        {
            aggregate.Apply(fact);
        }

        var text = Catalog.EncodeText(aggregate.State);

        text.ShouldBe(Golden("state.json", text));
        Catalog.EncodeText(Catalog.DecodeText(text)).ShouldBe(text);
        var restored = new SecretsAggregate("000000000000", "us-east-1");
        restored.Restore(Catalog.DecodeText(text));
        Catalog.EncodeText(restored.State).ShouldBe(text);
        restored.NextDeadline.ShouldBe(aggregate.NextDeadline);
    }

    private static IEnumerable<E> Examples()
    {
        var value = new SealedValue("0011223344556677", "Ym94", "bWFyaw==");
        yield return new E.Created(new()
        {
            Arn = "arn:aws:secretsmanager:us-east-1:000000000000:secret:app/db-AbCdEf",
            Name = "app/db",
            Description = "of tests",
            KmsKeyId = "alias/own",
            Tags = [new("team", "blue")],
            CreatedAt = Noon,
            ChangedAt = Noon,
            Versions = [new() { Id = "11111111-1111-1111-1111-111111111111", Value = value, CreatedAt = Noon, Stages = ["AWSCURRENT"] }],
        });
        yield return new E.ValuePut("app/db", new()
        {
            Id = "22222222-2222-2222-2222-222222222222",
            Value = value with { Box = "YW5vdGhlcg==" },
            IsBinary = true,
            CreatedAt = Noon.AddMinutes(1),
            Stages = ["AWSCURRENT", "blue"],
        });
        yield return new E.Updated("app/db", "of more tests", null, Noon.AddMinutes(2));
        yield return new E.StageMoved("app/db", "blue", "11111111-1111-1111-1111-111111111111", Noon.AddMinutes(3));
        yield return new E.Tagged("app/db", [new("team", "green")], Noon.AddMinutes(4));
        yield return new E.DeletionScheduled("app/db", Noon.AddMinutes(5), Noon.AddDays(7));
        yield return new E.Restored("app/db", Noon.AddMinutes(6));
        yield return new E.Deleted("app/db");
    }

    // BERTH_REWRITE_GOLDEN=1 writes the files anew; a diff of them shows what a change does to the journal.
    private static string Golden(string name, string actual, [System.Runtime.CompilerServices.CallerFilePath] string here = "")
    {
        var path = Path.Combine(Path.GetDirectoryName(here)!, "Golden", name);
        if (Environment.GetEnvironmentVariable("BERTH_REWRITE_GOLDEN") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, actual + "\n");
        }

        return File.ReadAllText(path).TrimEnd('\n');
    }
}
