using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Xml.Linq;
using Berth.Clients;

namespace Berth.Conformance.Tests;

/// <summary>
/// The same for the services around ECS, which is lighter: what there is to be named is learnt from the answers, and that a
/// refusal changes nothing is only looked at where the journal tells.
/// </summary>
public sealed class ItsNeighboursUnderFuzz
{
    private const string Account = "000000000000";

    /// <summary>Requests that get through, from which there is something to go on with.</summary>
    private static readonly (string Service, string Operation, string Request)[] Beginnings =
    [
        ("ecr", "CreateRepository", """{"repositoryName":"web","imageTagMutability":"MUTABLE","tags":[{"Key":"a","Value":"b"}]}"""),
        ("ecr", "PutLifecyclePolicy", """{"repositoryName":"web","lifecyclePolicyText":"{\"rules\":[{\"rulePriority\":1,\"selection\":{\"tagStatus\":\"any\",\"countType\":\"imageCountMoreThan\",\"countNumber\":5},\"action\":{\"type\":\"expire\"}}]}"}"""),
        ("ecr", "SetRepositoryPolicy", """{"repositoryName":"web","policyText":"{\"Version\":\"2012-10-17\",\"Statement\":[]}"}"""),
        ("ecr", "UploadLayerPart", """{"repositoryName":"web","uploadId":"x","partFirstByte":0,"partLastByte":2,"layerPartBlob":"YWJj"}"""),
        ("elbv2", "CreateTargetGroup", """{"Name":"web","Protocol":"HTTP","Port":80,"VpcId":"vpc-1","TargetType":"ip"}"""),
        ("elbv2", "CreateLoadBalancer", """{"Name":"web","Subnets":["subnet-1","subnet-2"],"Tags":[{"Key":"a","Value":"b"}]}"""),
        ("logs", "CreateLogGroup", """{"logGroupName":"/web"}"""),
        ("logs", "CreateLogStream", """{"logGroupName":"/web","logStreamName":"one"}"""),
        ("logs", "PutLogEvents", """{"logGroupName":"/web","logStreamName":"one","logEvents":[{"timestamp":1790000000000,"message":"a"}]}"""),
        ("logs", "FilterLogEvents", """{"logGroupName":"/web","filterPattern":"{ $.a = 1 && $.b != \"x\" }"}"""),
        ("logs", "FilterLogEvents", """{"logGroupName":"/web","filterPattern":"[ip, user, status=4*, ...]"}"""),
        ("iam", "CreateRole", """{"RoleName":"task","AssumeRolePolicyDocument":"{\"Version\":\"2012-10-17\",\"Statement\":[]}","Tags":[{"Key":"a","Value":"b"}]}"""),
        ("iam", "CreatePolicy", """{"PolicyName":"read","PolicyDocument":"{\"Version\":\"2012-10-17\",\"Statement\":[]}"}"""),
        ("iam", "PutRolePolicy", """{"RoleName":"task","PolicyName":"inline","PolicyDocument":"{\"Version\":\"2012-10-17\",\"Statement\":[]}"}"""),
        ("iam", "CreateInstanceProfile", """{"InstanceProfileName":"profile"}"""),
        ("sts", "AssumeRole", """{"RoleArn":"arn:aws:iam::000000000000:role/task","RoleSessionName":"me"}"""),
        ("ec2", "CreateVpc", """{"CidrBlock":"10.1.0.0/16"}"""),
        ("ec2", "CreateSecurityGroup", """{"GroupName":"web","GroupDescription":"of tests"}"""),
        ("secretsmanager", "CreateSecret", """{"Name":"app/db","SecretString":"x","Tags":[{"Key":"a","Value":"b"}]}"""),
        ("secretsmanager", "PutSecretValue", """{"SecretId":"app/db","SecretString":"y","VersionStages":["AWSCURRENT"]}"""),
        ("ssm", "PutParameter", """{"Name":"/app/color","Value":"red","Type":"String","Overwrite":true}"""),
        ("ssm", "AddTagsToResource", """{"ResourceType":"Parameter","ResourceId":"/app/color","Tags":[{"Key":"a","Value":"b"}]}"""),
    ];

    private static readonly int Seed = TheApiUnderFuzz.Setting("BERTH_FUZZ_SEED", 1), Requests = TheApiUnderFuzz.Setting("BERTH_FUZZ_REQUESTS", 5200) / 10;

    [Theory]
    [InlineData("ecr", "2015-09-21")]
    [InlineData("elbv2", "2015-12-01")]
    [InlineData("logs", "2014-03-28")]
    [InlineData("iam", "2010-05-08")]
    [InlineData("sts", "2011-06-15")]
    [InlineData("ec2", "2016-11-15")]
    [InlineData("secretsmanager", "2017-10-17")]
    [InlineData("ssm", "2014-11-06")]
    public async Task Answer_whatever_they_are_asked(string name, string version)
    {
        var model = OfficialModel.Find(name, version);
        Assert.SkipWhen(model is null, $"No API model of {name} is at hand.");
        var service = new FuzzedService(model!);
        await using var server = await ServerProcess.StartAsync();
        using var calls = new SignedCalls(server.Endpoint, server.Root, "us-east-1", service.SigningName);
        using var positions = new JournalPositions(server.DataDirectory);
        var names = new FuzzNames();
        foreach (var (_, operation, request) in Beginnings.Where(beginning => beginning.Service == name))
        {
            names.Add(operation, request);
            foreach (var text in JsonElement.Parse(request).EnumerateObject().Where(member => member.Value.ValueKind == JsonValueKind.String))
            {
                names.Learn(text.Name, text.Value.GetString()!);    // A text.
            }
        }

        var random = new Random(Seed);
        var fuzzer = new Fuzzer(model!, service, names, random);
        var findings = new FuzzFindings();
        var operations = await OfferedAsync(calls, service, model!.Operations);

        var before = positions.Read(Account, calls.Region);
        for (var made = 0; made < Requests; made++)
        {
            if (made % operations.Length == 0)
            {
                random.Shuffle(operations);
            }

            var request = fuzzer.Make(operations[made % operations.Length]);
            var answer = await TheApiUnderFuzz.AskAsync(calls, request);
            var after = positions.Read(Account, calls.Region);
            findings.Add(
                request, answer,
                answer is null ? ["There is no answer, or none in time."] : [.. FuzzLaws.Broken(request, service, answer, positions.Between(before, after))],
                string.Create(CultureInfo.InvariantCulture, $"Request {made}"));
            before = after;
            if (answer?.Status == HttpStatusCode.OK)
            {
                Learn(names, answer.Body, service.IsJson);
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine(findings.Summary());
        findings.Breaches.ShouldBe(0, $"Seed {Seed}: {findings}\n\nThe server's log:\n{server.Log}");
    }

    private static async Task<string[]> OfferedAsync(SignedCalls calls, FuzzedService service, IEnumerable<string> operations)
    {
        var offered = new List<string>();
        foreach (var operation in operations)
        {
            var answer = await calls.SendAsync(service.Target(operation), service.ContentType, service.Body(operation, Draft.Object()));
            if (!answer.Text.Contains("UnknownOperationException", StringComparison.Ordinal) && !answer.Text.Contains("InvalidAction", StringComparison.Ordinal))
            {
                offered.Add(operation);
            }
        }

        return [.. offered];
    }

    /// <summary>Takes note of every text of an answer, by the name of its member.</summary>
    private static void Learn(FuzzNames names, byte[] body, bool isJson)
    {
        if (isJson)
        {
            Walk("", JsonElement.Parse(body));
            return;
        }

        using var text = new MemoryStream(body);
        foreach (var leaf in XElement.Load(text).DescendantsAndSelf().Where(element => !element.HasElements))
        {
            var element = leaf.Name.LocalName is "member" or "item" && leaf.Parent is { } parent ? parent.Name.LocalName : leaf.Name.LocalName;
            names.Learn(char.ToUpperInvariant(element[0]) + element[1..], leaf.Value);
        }

        void Walk(string name, JsonElement value)
        {
            switch (value.ValueKind)
            {
                case JsonValueKind.Object:
                    foreach (var member in value.EnumerateObject())
                    {
                        Walk(member.Name, member.Value);
                    }

                    break;
                case JsonValueKind.Array:
                    foreach (var item in value.EnumerateArray())
                    {
                        Walk(name, item);
                    }

                    break;
                case JsonValueKind.String:
                    names.Learn(name, value.GetString()!);    // A text.
                    break;
            }
        }
    }
}
