using Berth.Domain;

namespace Berth.Journal.Tests;

using E = ParametersEvent;

public sealed class ParametersFacts
{
    private static readonly EventCatalog<ParametersState, E> Catalog = ParametersCatalog.Create();
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
        var aggregate = new ParametersAggregate("000000000000", "us-east-1");
        foreach (var fact in Examples().Where(fact => fact is not E.Deleted))
        {
            aggregate.Apply(fact);
        }

        var text = Catalog.EncodeText(aggregate.State);

        text.ShouldBe(Golden("state.json", text));
        Catalog.EncodeText(Catalog.DecodeText(text)).ShouldBe(text);
        var restored = new ParametersAggregate("000000000000", "us-east-1");
        restored.Restore(Catalog.DecodeText(text));
        Catalog.EncodeText(restored.State).ShouldBe(text);
        restored.NextDeadline.ShouldBe(aggregate.NextDeadline);
    }

    private static IEnumerable<E> Examples()
    {
        yield return new E.Put("/app/color", new()
        {
            Number = 1,
            Type = "SecureString",
            Value = new("0011223344556677", "Ym94", "bWFyaw=="),
            Description = "of tests",
            KeyId = "alias/aws/ssm",
            AllowedPattern = "^[a-z]+$",
            Tier = "Standard",
            DataType = "text",
            ModifiedAt = Noon,
            ModifiedBy = "arn:aws:iam::000000000000:root",
        });
        yield return new E.Tagged("/app/color", [new("team", "blue")]);
        yield return new E.Deleted("/app/color");
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
