using System.Collections.Immutable;
using Berth.Domain;

namespace Berth.Journal.Tests;

using E = IdentityEvent;

public sealed class IdentityFacts
{
    private const string Arn = "arn:aws:iam::000000000000:policy/read";
    private const string Document = """{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}""";
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly EventCatalog<IdentityState, E> Catalog = IdentityCatalog.Create();

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
        var aggregate = new IdentityAggregate("000000000000");
        foreach (var fact in Examples().Where(fact => !fact.GetType().Name.EndsWith("Deleted", StringComparison.Ordinal)))
        {
            aggregate.Apply(fact);
        }

        var text = Catalog.EncodeText(aggregate.State);

        text.ShouldBe(Golden("state.json", text));
        Catalog.EncodeText(Catalog.DecodeText(text)).ShouldBe(text);
        var restored = new IdentityAggregate("000000000000");
        restored.Restore(Catalog.DecodeText(text));
        Catalog.EncodeText(restored.State).ShouldBe(text);
        restored.State.RolesWith(Arn).ShouldBe(["web"]);
        restored.State.RolesBoundedBy(Arn).ShouldBe(["web"]);
        restored.State.Roles.ContainsKey("WEB").ShouldBeTrue();
    }

    private static IEnumerable<E> Examples()
    {
        ImmutableArray<ResourceTag> tags = [new("team", "blue")];
        yield return new E.PolicyCreated(new()
        {
            Name = "read",
            Path = "/",
            Id = "ANPAAAAAAAAAAAAAAAAAA",
            Arn = Arn,
            Description = "reading",
            CreateDate = Noon,
            UpdateDate = Noon,
            DefaultVersionId = "v1",
            LastVersion = 1,
            Versions = [new("v1", Document, Noon)],
            Tags = tags,
        });
        yield return new E.RoleCreated(new()
        {
            Name = "web",
            Path = "/team/",
            Id = "AROAAAAAAAAAAAAAAAAAA",
            CreateDate = Noon,
            TrustPolicy = Document,
            Description = "runs the web",
            MaxSessionSeconds = 3600,
            Tags = tags,
        });
        yield return new E.RoleUpdated("web", "runs it all", 7200);
        yield return new E.TrustPolicyUpdated("web", Document);
        yield return new E.PermissionsBoundarySet("web", Arn);
        yield return new E.RoleTagged("web", [new("team", "red")]);
        yield return new E.RolePolicyPut("web", "own", Document);
        yield return new E.RolePolicyAttached("web", Arn);
        yield return new E.RolePolicyDetached("web", "arn:aws:iam::aws:policy/AdministratorAccess");
        yield return new E.RolePolicyDeleted("web", "own");
        yield return new E.PolicyVersionCreated("read", new("v2", Document, Noon), IsDefault: true);
        yield return new E.DefaultPolicyVersionSet("read", "v1", Noon);
        yield return new E.PolicyVersionDeleted("read", "v2");
        yield return new E.PolicyTagged("read", [new("team", "red")]);
        yield return new E.InstanceProfileCreated(new() { Name = "web", Path = "/", Id = "AIPAAAAAAAAAAAAAAAAAA", CreateDate = Noon, Tags = tags });
        yield return new E.InstanceProfileRoleSet("web", "web");
        yield return new E.InstanceProfileTagged("web", [new("team", "red")]);
        yield return new E.InstanceProfileDeleted("web");
        yield return new E.RoleDeleted("web", "task/aws-service-role/ecs.amazonaws.com/web/1");
        yield return new E.PolicyDeleted("read");
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
