using Berth.Domain;

namespace Berth.Journal.Tests;

using E = SecretsEvent;

public sealed class SecretsFacts() : StreamFacts<SecretsAggregate, SecretsState, E>(SecretsCatalog.Create(), () => new("000000000000", "us-east-1"))
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    protected override IEnumerable<E> Examples()
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

    protected override bool TakesAway(E fact) => fact is E.Restored or E.Deleted;
}
