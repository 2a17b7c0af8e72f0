using System.Collections.Immutable;
using Berth.Domain;

namespace Berth.Journal.Tests;

using E = IdentityEvent;

public sealed class IdentityFacts() : StreamFacts<IdentityAggregate, IdentityState, E>(IdentityCatalog.Create(), () => new("000000000000"))
{
    private const string Arn = "arn:aws:iam::000000000000:policy/read";
    private const string Document = """{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}""";
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);


    protected override IEnumerable<E> Examples()
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

    protected override bool TakesAway(E fact) => fact.GetType().Name.EndsWith("Deleted", StringComparison.Ordinal);

    protected override void CheckDerived(IdentityAggregate original, IdentityAggregate restored)
    {
        restored.State.RolesWith(Arn).ShouldBe(["web"]);
        restored.State.RolesBoundedBy(Arn).ShouldBe(["web"]);
        restored.State.Roles.ContainsKey("WEB").ShouldBeTrue();
    }
}
