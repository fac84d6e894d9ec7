package match

import "strings"

// The classes of the words that answers to "do you have licence X?" are made of. A clause is read by its classes
// alone (answer_clause.go), and a word without a class makes it unreadable: nothing is guessed past an unknown word.
const (
	clsYa      = 'y' // ya: agrees, but with what follows ("iya belum" is no)
	clsYaFirst = 'u' // ya: clsYa at the beginning of a clause, a filler after it
	clsYaSudah = 'v' // ya sudah: "all right then", unless more follows
	clsYes     = 'Y' // yes: says it by itself
	clsSure    = 'C' // pasti, of course
	clsDone    = 'S' // sudah, already
	clsNotYet  = 'B' // belum, not yet
	clsNo      = 'N' // tidak, no: alone, or denying what follows
	clsNot     = 'X' // not, tanpa: only denying what follows
	clsBukan   = 'x' // bukan: denies something else, never plainly no
	clsHave    = 'H' // ada, punya, have
	clsFull    = 'l' // lengkap, complete
	clsValid   = 'V' // berlaku, aktif
	clsAll     = 'A' // semua
	clsPaper   = 'D' // nib, izin, nomor
	clsDo      = 'P' // urus, daftar, bikin: process verbs, need a helper to say how far
	clsProcess = 'p' // proses, pengajuan: under way when alone
	clsFiled   = 'q' // diajukan, applied: handed in, so under way
	clsWait    = 'n' // menunggu
	clsNow     = 'G' // lagi, sedang, masih
	clsWill    = 'W' // mau, akan, rencana
	clsJust    = 'b' // baru
	clsIssued  = 'J' // terbit, keluar
	clsFinish  = 's' // selesai, jadi: of the licence or of the handing in
	clsEnded   = 'E' // mati, expired, dicabut
	clsKnow    = 'K' // tahu, paham: unsure when denied
	clsUnsure  = 'U' // entah, lupa, no idea
	clsDoubt   = 'M' // mungkin, kayaknya
	clsPartly  = 'L' // sebagian
	clsOther   = 'O' // suami, supplier: someone else's
	clsPerson  = 'o' // bapak, bos: someone else's after "punya", else only a form of address
	clsAsk     = 'Q' // kenapa, wajib, how
	clsOr      = 'R' // atau
	clsAnd     = 'a' // dan
	clsBut     = 'T' // tapi, cuma
	clsBecause = 'c' // karena
	clsEver    = 'r' // pernah
	clsFormer  = 'd' // dulu
	clsWhich   = 'g' // yang
	clsOnly    = 'j' // aja: limits a paper ("NIB aja"), else a filler
	clsHow     = 'h' // cara: "gak tau caranya" takes nothing back
	clsGotIt   = 'e' // got it: "heard you" when it is all, else have
	clsAck     = 'k' // ok, siap: heard you, no answer
	clsCount   = '#' // a small number
	clsFiller  = 'f' // kak, dong, sih
	clsPolite  = 'F' // halo, makasih, maaf: fillers that make a lone "ya" doubtful
	clsSelf    = 'i' // saya, it, ini
	clsPrep    = 'I' // di, untuk, for
	clsThing   = 'w' // usaha, toko, mahal: nothing at the beginning, another matter after "punya" or "belum"
	clsNumber  = 'm' // nomor: a paper, but "lupa nomornya" has one
	clsTime    = 't' // dari 2019, kemarin
	clsUnknown = 'z'
)

// answerSpellings lists the other spellings of a word: chat, regional and mistyped.
var answerSpellings = table(`
iya: iyh iy iye iyo iyes iyaa iyap iyak yaps ye yaa yh iyoh iyalah yalah ia ea eya
ya: yaw yaaa yha
yes: yess yep yup yap yupp yepp yupz yeah yea yeap yeps yass yus yis yesh
yoi: yoa yoii
inggih: enggih nggih injih njih njeh ngih nggeh inggeh
betul: btul btl betol bethul
benar: bener bnr bner bnar benr
sudah: udah udh sdh dah uda suda sudh sudha sudahh udaah sampun wis wes sudaah dh udahan sdah sudag sudsh sydah udha udag udeh ude udeg
belum: blm blum blom belom blon belon bloom belun belm belumm dereng durung belung alun bulum beum nelum velum belim
tidak: ga gak gk gaak nggak ngga ngak enggak engga enga kagak kaga kgk ndak nda ndk tdk tak tk gag ora mboten mbten boten teu henteu indak engak gax gx kgak kga nggk ngk ngg nga g tida tidk tdak tidakk tiada tidka tdidak enggk nggaklah gaklah gajadi tdaj tdk2 hente ndaa yada gaa nggax ngx ora2 gakk
bukan: bkn bkan bukn sanes dudu bukannya bukanya
ada: ad wonten aya ono onok ado adaa adaaa adda ade
punya: pny pnya puny pya punyaa duwe nduwe gadhah gadah gaduh boga ngagaduhan punyak pnyak punyq pinya ounya
memiliki: miliki memilki mempunyai mempunyak
lengkap: lngkp lengkp lngkap komplit komplet complete komplete lenkap lengkapp kumplit
semua: smua smw semuaa sma2 smuanya semuanya sadaya kabeh sedoyo seluruhnya seluruh everything
tahu: tau taw tw tauu thu taau ngerti ngrti mengerti paham faham pahm ngertos ngeh mudeng mengetahui ngarti pham
yakin: yakinn yqin
kurang: kurg krg krang krng kurng kuang
mungkin: mgkn mngkin mungkn mgkin mngkn munkin mungking mgkn2 mungkn2 mungkinn bisajadi
kayaknya: kyknya kayanya kyaknya kykny kyanya kynya keknya keknye kayakny kayanyaa kayaknyaa kaya2nya kek kyk kayak koyoke kadosipun kyaknyaa kyknyaa kayake ketoke
sepertinya: spertinya sptnya sprtinya sepertiny spertiny seprtinya sepertinyaa
lagi: lg lgi lagii lgii
sedang: nuju sdg sdang sdng sedng
masih: msh masi msih msi masihh isih
proses: prses prosess prosses prosesnya prosesin porses prosees process proces
pengajuan: pngajuan pengajuannya pengajuanya
mau: mw mo maw mauk arep bade pgn pengen pingin ingin pengin pengn kepengen hendak
akan: bakal bakalan akn
nanti: nti ntar entar ntr nnti nantinya mangkin
rencana: rencananya berencana rncana rencna rencanya
urus: ngurus ngurusin urusin urusan uruss nguruss mengurus ngurusinnya
diurus: diurusin diuruss di-urus durus diurs diuru dirus
tapi: tp tpi tetapi namun nanging tapinya tpii tapii
karena: krn karna krna soalnya soale sebab soalny soalx gara2 because cuz bcs bcz coz cause
sebagian: sbagian sbgian sebagean sebagiannya sbgn sebgian
beberapa: bbrp bbrapa beberapanya beberpa
kalau: kalo klo kl klw kalu lamun menawi kalok misal misalkan misalnya jika
apa: ap nopo opo naon apaa
bagaimana: gmn gimana gmna bgmn pripun kumaha gimna gimanaa
kenapa: knp knapa ngapa napa mengapa
yang: yg yng ygg nu sing
saya: sy sya aq ak aku gue gua gw gwe ane ana kulo abdi q syaa ku
kami: kmi kita kt qta kmii
dari: dr dri
saja: aja aj ae wae ajaa sja
doang: doank dowang doangan
sama: sm ama
dulu: dlu dl rumiyin duluu heula
baru: br bru anyar barusan2 barru
jadi: jd jdi
keluar: kluar klr kluwar keluarr
terbit: trbit terbitt terbt
izin: ijin izn ijn idzin izinn ijinn perizinan perijinan izinusaha
nomor: nomer nmr nmor nomr nomernya nomornya nomerny
kak: ka kk kakk kaks kaka kakaak
pak: pk bpk paak
bu: buk buu
mas: mz maas
mbak: mba mb mbaa mbk
min: mimin minn admin
lupa: lup lpa lali hilap poho kelupaan
bingung: bngung bgung binggung bingun
entah: entahlah ntah ntahlah entahh embuh mbuh teuing duko embuhlah auk auah auklah
insyaallah: insyaalloh inshaallah inshaalloh insyallah insyaalah isyaallah insaallah insaalloh inshallah
kadaluarsa: kadaluwarsa kedaluwarsa kadaluarso kadaluwarso kedaluarsa kadarluarsa expired expire exp ekspired expaired expird lapsed kadaluarsanya
sekarang: skrg skrng skr skg sekrang saiki sakniki ayeuna kini
tahun: thn taun tahunn
bulan: bln buln
terima: trima
kasih: ksih kasi
makasih: mksh trims tks thx makasi nuhun suwun thanks mksih makasii maksih matur
suami: swami suamiku bojo
supplier: suplier suplayer supliyer suplayernya suppliernya supliernya penyuplai pemasok suplaier
dont: don
`)

// answerClasses gives the classes of words and of phrases (between bars) in their first spelling. A key of several
// letters is what a contracted word stands for.
var answerClasses = map[string]string{
	"u": `ya`,
	"v": `ya sudah`,
	"y": `iya|y|he eh|heeh|ho oh|hooh|eheh|ehe eh|inggih|muhun|enya|ya iya|ya iyalah|iyadong|yadong|betul|benar|leres|correct|true|thats right|thats correct|sip betul|👍|👍👍`,
	"Y": `yes|yoi|yup|yessir|aye|affirmative|positive|positif|indeed|exactly|tentu saja sudah|we do|i do|yes sir|✅|✔|☑|💯|hell yes|hell yeah|👌👍|jelas dong|so yes`,
	"C": `pasti|tentu|tentunya|tentu saja|sudah pasti|sudah tentu|jelas|jelaslah|pastinya|pastilah|of course|ofc|ofcourse|sure|surely|for sure|sure do|sure thing|absolutely|definitely|certainly|certain|totally|
		yakin|100 %|seratus persen|obviously|naturally|sure we do|you bet`,
	"S": `all set|all sorted|sorted|all done|alhamdulillah sudah|sudah lah ada|completed2|sudah|already|done|alr|alrdy|alredy|sudahan dong`,
	"B": `not at the moment|not at this moment|not now|not right now|not currently|not so far|not as of now|not as yet|not presently|not for now|not at present|not just yet|not yet no|no not now|
		no not at the moment|not anytime|teu acan|belum|not yet|notyet|belum lagi|nope not yet|no not yet|hasnt been|havent been|has not been|have not been|not been|not quite yet|belumlah|belumnya|teu acan|
		not done|not done yet|yet to|as yet no|not at this time`,
	"N": `nehi|ngga dong|big no|none at all|nothing at all|none so far|absen|noooope|kosongan|ga pernah ada|not one|not a single one|not even one|zilch|nada|tidak|no|nope|nop|nah|nay|nein|negative|negatif|never|
		none|nothing|dont|doesnt|havent|hasnt|didnt|isnt|arent|aint|wasnt|do not|does not|did not|nihil|nol|zero|zonk|nggaklah|tidaklah|gaklah|hell no|no sir|not at all|definitely not|absolutely not|
		certainly not|of course not|tentu tidak|tidak dong|❌|👎|🚫|✖|✘|❎|neg|kosong|lack|lacking|no we dont|no i dont|we dont|i dont|we do not|i do not|unlicensed|unregistered|cant2`,
	"X": `not|without|tanpa|minus`,
	"x": `bukan|cannot|cant|wont|neither|kecuali kalau|jangan|jgn`,
	"NH": `gada|gaada|gapunya|gakada|gakpunya|nggakada|ngada|tidakada|tidakpunya|gaado|tak ade|takde|takda|kagakada|have no|has no|have none|has none|have nothing|got no|got none|got nothing|gaduwe|gaonok|raono|
		raduwe|rakduwe|gaono`,
	"BH": `belumada|blmada|belumpunya|blmpunya|blumada|blmpny|blmad|have yet to get|have yet to obtain`,
	"SH": `sudahada|udahada|sdhada|udhada|udahpunya|sudahpunya|sdhpunya|udhpunya`,
	"H": `memilikinya|mempunyainya|bernomor|held|have had|has had|had it for|all there|in my hand|in our hands|ada semuanya2|dimiliki|punya kita|ngantongin|dipegang|kepegang|issued already|already issued|has been issued|have been issued|
		was issued|were issued|is issued|secured|acquired|granted|have a|has a|registered already|in possession|berizin lengkap|berlegalitas|berbadan|ber nib|tertera|tercantum|terbit nib|ada|punya|memiliki|
		have|has|got|having|possess|holds|obtained|obtain|registered|licensed|certified|berizin|berijin|terdaftar|tercatat|teregistrasi|terregistrasi|tersertifikasi|bersertifikat|berlisensi|bernib|ber|dapat|
		dapet|dpt|dpet|dapatkan|mendapatkan|didapat|ready|available|tersedia|exist|exists|there is|there are|theres|do have|do hold|mengantongi|ngantongi|kantongi|pegang|memegang|megang|approved|terverifikasi|
		verified|milik sendiri|punya sendiri|atas nama sendiri|atas nama saya|atas nama kami|atas nama perusahaan|atas nama usaha|atas nama pt|atas nama toko|an sendiri|in hand|at hand|in place|sudah ditangan|
		di tangan|ditangan|tersertifikat|we hold|i hold|we own|i own`,
	"l": `lengkap|full|fully|lengkap semua|complete set`,
	"V": `in order|masih hidup|berlaku|aktif|valid|resmi|legal|official|active|in force|sah|up to date`,
	"A": `every single|every single one|semua surat|semua izin|semua dokumen|semua persyaratan|semua legalitas|everything we sell|the whole|whole|masing masing produk|tiap|setiap produk|tiap produk|every item|
		all items|semua|all|all of them|all of it|both|keduanya|dua duanya|duaduanya|kedua duanya|every|each|every one|semua produk|semua barang|all products|all of the products|all our products|every product|
		all of those|all the products|all of our products`,
	"D": `pom|tr|md|ml|nib|bpom|pirt|p irt|spp irt|sppirt|spp pirt|halal|ojk|siup|siupl|siujk|tdp|akta|npwp|cpotb|cpkb|cpob|cppob|ppiu|pihk|sia|str|sipa|sipb|akd|akl|akd akl|kemenkes|dinkes|kominfo|pse|haki|
		merek|merk|trademark|brand|iso|mui|bpjph|oss|kbli|sku|situ|pkrt|izin|surat|surat surat|suratnya|sertifikat|sertifikatnya|sertipikat|dokumen|berkas|legalitas|legalitasnya|nomor induk berusaha|permit|
		permits|license|licence|licenses|licences|certificate|certificates|certification|registration|paper|papers|paperwork|document|documents|lisensi|registrasi|sertifikasi|notifikasi|izin edar|izin usaha|
		izin praktik|izin praktek|izin operasional|izin resmi|kartu|fotokopi|pdf|hardcopy|softcopy|bank indonesia|koperasi|badan hukum|ahu|sk|masa berlaku`,
	"P": `urus|diurus|daftar|mendaftar|mendaftarkan|daftarkan|daftarin|didaftarkan|didaftarin|bikin|buat|dibuat|dibikin|membuat|ngebuat|dibuatkan|dibuatin|bikinin|register|get one|get it|get|make|make one|
		arrange|urus urus|do it|make it|obtain one|sort it|sort it out|pendaftaran2|proceed|mengusahakan|usahakan|diusahakan|siapkan|disiapkan|menyiapkan|siapin|disiapin|nyiapin|prepare|garap|digarap|lengkapi|
		melengkapi|dilengkapi|ngelengkapin|ngumpulin berkas|kumpulkan berkas|ngumpulin dokumen|apply|ajukan|submit`,
	"p": `sedang dalam proses|lagi dalam proses|masih dalam proses|masih tahap|baru tahap|on going process|diverifikasi|divalidasi|validasi|ditinjau|peninjauan|assessment|evaluasi|dievaluasi|survey|survei|
		disurvei|dicek bpom|audit|diaudit|uji lab|inspeksi|pemeriksaan|being verified|being checked|being evaluated|being arranged|being done|being handled|in verification|in review|in the queue|queueing|
		queued|in queue|proses|diproses|memproses|pengurusan|process|processing|in process|in the process|on process|onprocess|on proses|dalam proses|dlm proses|on progress|onprogress|in progress|progress|
		progres|under process|under review|being processed|being made|being prepared|being registered|being reviewed|underway|under way|pending|ongoing|on going|on-going|waiting for approval|waiting approval|
		pending approval|applying|registering|working on it|working on that|working on this|work in progress|verifikasi|direview|review|tahap proses|tahap akhir|tahap pengajuan|tahap pendaftaran|
		tahap verifikasi|dalam pengurusan|dalam tahap|berproses|in the works|in the pipeline|it is being|getting it done|getting one|getting it|pembuatan|penerbitan|pembikinan|proses pembuatan|dalam pembuatan`,
	"q": `sudah masuk|sudah masuk pengajuan|sudah masuk proses|masuk proses|sudah setor berkas|setor berkas|kirim berkas|berkasnya masuk|disetor|upload berkas|berkas lengkap|lodged|put in an application|
		sent the application|sent the documents|sudah upload|udah masuk oss|pengajuan|pendaftaran|application|dalam pengajuan|dalam pendaftaran|diajukan|mengajukan|ngajuin|diajuin|ngajukan|applied|submitted|
		disubmit|have applied|has applied|have submitted|has submitted|has been submitted|been submitted|sudah masuk berkas|masuk berkas|berkas masuk|berkas sudah masuk|filed|application submitted|
		application is in|sudah apply|sudah submit|sudah ajukan|sudah kami ajukan|sudah saya ajukan|sudah ngajuin|already submitted|did apply`,
	"n": `ditunggu|nungguin hasil|stuck|mandek|menanti|nanti hasil|queuing|waiting on|wait|nunggu|menunggu|nungguin|tunggu|antri|antre|ngantri|ngantre|waiting|awaiting|waiting for|wait for|tinggal nunggu|
		tinggal menunggu|tinggal tunggu`,
	"G": `lagi|sedang|masih|tengah|still|lagi lagi|masih sedang|masih lagi|is still|tetap`,
	"W": `tinggal tunggu2|berencana untuk|kepikiran mau|pengin|kepengin|target|targetnya|ditargetkan|insyaallah mau2|looking to|hoping to|hope to|aiming to|preparing to|intending to|tahun ini mau|kapan kapan|
		kapan2|suatu saat|some day|someday|eventually|kelak|mungkin nanti2|mau|akan|nanti|rencana|rencana mau|besok|lusa|segera|secepatnya|will|gonna|going to|plan|plan to|planning|planning to|want|want to|
		wanna|intend|intend to|about to|soon|later|tomorrow|bulan depan|minggu depan|tahun depan|next month|next week|next year|ke depan|kedepan|kedepannya|ill|well do|niat|niatnya|berniat|pengennya|maunya|
		kepingin|would like to|need to|have to|perlu urus|tinggal|dalam waktu dekat|next|sebentar lagi|bentar lagi|coming|tinggal sedikit lagi|otw|on the way`,
	"b": `baru|just|barusan|baru saja|recently|newly`,
	"s": `selesai|rampung|beres|kelar|finished|tuntas|jadi`,
	"J": `terbit|keluar|issued|disetujui|acc|approval|turun|di acc|diacc|terbitkan|diterbitkan|dikeluarkan|come out|came out|out`,
	"E": `sudah tutup|kena cabut|tidak aktif lagi|gak aktif lagi|nonaktif|non aktif|tidak valid|invalid|inactive|no longer active|no longer|dead|void|withdrawn|terminated|lapse|out of date|outdated|kelewat|
		kelewatan|sudah lewat|sudah berakhir|berakhir|masa berlakunya lewat|masa berlakunya berakhir|masa berlaku lewat|mati|kadaluarsa|dicabut|habis|hangus|revoked|suspended|dibekukan|ditolak|rejected|denied|
		refused|habis masa berlaku|habis masa berlakunya|masa berlaku habis|masa berlakunya habis|abis masa berlaku|abis|lewat masa berlaku|tidak berlaku|tidak berlaku lagi|ga berlaku|run out|ran out|
		no longer valid|not valid anymore|not valid any more|dibatalkan|cancelled|canceled|ilegal|illegal|no longer have it|no longer have|kadaluarsa habis|lewat masa|ditutup|sudah lewat masa berlaku`,
	"K": `tahu|know|sure about|understand|ingat|inget|ingt|remember|recall|kenal|knew|hafal|hapal|dong2|tahu persis|tahu pasti|tahu jelas|know for sure|know about`,
	"U": `what does that mean|what does it mean|whats that mean|meaning what|tidak tahu menahu|buta|masih buta|gaptek|tidak punya gambaran|tidak ada gambaran|blur|clueless on that|not familiar|im not familiar|
		unfamiliar|tidak familiar|kurang familiar|tidak tahu apa apa|no knowledge|havent heard of it|havent heard|havent heard of that|have never heard of it|have never heard|ive never heard of it|
		tidak pernah tahu|baru tahu|baru tahu ini|baru tahu ada|asing|kurang mudeng|ga nyambung|tidak nyambung|nda ngerti|im confused|entah|lupa|forgot|forget|bingung|idk|idek|dunno|no idea|have no idea|
		have no clue|got no idea|no ideas|no clue|clueless|not sure|not so sure|not really sure|not quite sure|not very sure|not too sure|not certain|not clear|not 100 % sure|unsure|uncertain|unclear|unknown|
		confused|beats me|who knows|couldnt say|cant say|cant tell|hard to say|cant remember|kurang tahu|kurang paham|kurang yakin|kurang jelas|kurang ingat|kurang begitu tahu|kurang begitu paham|kurang hafal|
		kurang mengerti|tidak yakin|tidak begitu yakin|tidak terlalu yakin|belum yakin|tidak begitu tahu|tidak terlalu tahu|tidak terlalu paham|tidak begitu paham|tidak jelas|belum jelas|gatau|gtau|gtw|gatw|
		gaktau|gaktahu|nggatau|nggaktau|gatahu|tidaktahu|tidaktau|ngtau|gataulah|tidak pernah dengar|belum pernah dengar|belum dengar|never heard of it|never heard of that|never heard|baru dengar|
		baru dengar ini|apa itu|itu apa|apaan itu|apaan tuh|apa tuh|apa sih itu|apa ya itu|apa itu ya|itu apa ya|itu apa sih|itu apaan|tuh apa|tu apa|apa tu|whats that|whats it|what is that|what is it|whats a|
		what is a|what is an|whats an|what that|wat is that|dont know|do not know|doesnt know|dont really know|dk|no info|tidak ada info|🤷|awam|masih awam|tidak mudeng|blank|kurang paham soal|tidak kepikiran|
		tidak kenal|dont recall|not aware|donno|duno|im lost|what is nib|what is bpom|what is pirt|what is halal|what is ojk|what is siup`,
	"M": `udah ah|sudah ah|done with|yes hello|yes hi|iya halo|ya halo|does not apply|doesnt apply|do not apply|dont apply|not applicable|not apply|belum perpanjang|belum diperpanjang|tidak diperpanjang|telat perpanjang|tidak juga|tidak begitu|tidak terlalu|tidak gitu|tidak selalu|tidak persis|tidak segitunya|tidak gitu juga|selalu|kadang|kadang kadang|kadang2|kadangkala|sometimes|occasionally|not always|tidak usah|
		ga usah|tidak perlu|no need|tidak mau|no thanks|no thank you|skip|lewati|next question|pass|rahasia|secret|bodong|tempel|tembak|nembak|calo|abal|abal2|kw|ktp|npwp pribadi|sort of yes|not that|not this|
		not that one|feeling|feelingnya|firasat|denger|dengar|asumsi|assume|assuming|suspect|prediksi|estimasi|kok bisa|bisa tidak|bisa ga|masa berlakunya|mau habis|mau mati|mau expired|about to expire|
		expiring|expiring soon|akan habis|segera habis|sebentar lagi habis|bentar lagi habis|mungkin|maybe|mebbe|perhaps|possibly|probably|prob|prolly|might|may|may be|should|likely|most likely|unlikely|guess|
		i guess|i think|think|think so|i believe|i believe so|believe|i suppose|suppose|supposedly|apparently|presumably|kinda|kind of|sort of|sorta|more or less|hopefully|if im not mistaken|if i remember|
		if not mistaken|if i recall|afaik|iirc|as far as i know|could|could be|can be|would|not really|not exactly|not quite|not necessarily|kayaknya|sepertinya|bisa jadi|harusnya|seharusnya|mestinya|
		semestinya|rasanya|rasa rasanya|rasa|saya rasa|perasaan|perasaan saya|saya kira|kira|kira kira|kira2|menurut saya|setahu saya|setahuku|setau saya|setauku|setau|setahu|sepengetahuan|sepengetahuan saya|
		kelihatannya|keliatannya|kelihatan|nampaknya|tampaknya|agaknya|barangkali|kali|kali ya|kalau tidak salah|kalau gasalah|klo gasalah|kalau g salah|gasalah|tidak salah|moga|semoga|mudah mudahan|mudahan|
		mudah2an|moga moga|harapannya|harap|insyaallah|insya allah|inshaa allah|insha allah|in sya allah|in shaa allah|tergantung|depends|it depends|depending|ragu|ragu ragu|ragu2|hampir|almost|nearly|
		kurang lebih|katanya|kata|ktnya|konon|denger denger|dengar dengar|dengernya|cek|ngecek|dicek|check|checking|let me check|tanya|nanya|tanyakan|tanyain|nanyain|ask|lihat|liat|look|cari|nyari|carikan|
		pastikan|memastikan|confirm|konfirmasi|hilang|ilang|lost|rusak|diperpanjang|perpanjang|perpanjangan|renew|renewal|renewing|renewed|pencabutan|sementara2|belum tentu|belum pasti|tidak pasti|tidak tentu|
		belum sepenuhnya|tidak sepenuhnya|not fully|not completely|not entirely|either|🤔|😕|🤨|bisa iya bisa tidak|iya dan tidak|ya dan tidak|yes and no|so so|begitulah|begitu deh|gitu deh|pura pura|ngaku|
		mengaku|palsu|fake|sarkas|bercanda|becanda|canda|joking|kidding|jk|just kidding|dikira|pengennya sih|jangan jangan|masa|masak|masa sih|emangnya|lumayan|less|gitu|begitu|gt|gtu|not my|not mine|not ours|
		not our|not me|nah itu|nah ini|nah iya|nah betul|nah gitu|nah begitu|hold on|ada ada saja|ada deh|ada ada|belum lama|tidak lama|belum banyak|tidak banyak|tidak serius|tahu kapan|know when|tahu berapa|
		tahu siapa|tahu dimana|tahu di mana|know where|know who|know which|tahu yang mana|pusing|never mind|nevermind|adalah|belum lama ini|masih lama|masih panjang`,
	"L": `sebagian|sebagian besar|sebagian kecil|sebagian saja|sebagian sudah|beberapa|some|some of them|some of it|only some|a few|few|several|most|most of them|mostly|partial|partially|partly|part|part of it|
		half|half of them|setengah|separuh|separo|separoh|kebanyakan|mayoritas|hampir semua|almost all|nearly all|tidak semua|belum semua|not all|not all of them|not every|not everything|not for all|
		kurang lengkap|belum lengkap|tidak lengkap|incomplete|not complete|kurang|kecuali|except|selain|one of them|salah satu|salah satunya|satu doang|ada yang|campur|mix|mixed|bervariasi|beda beda|
		macam macam|sebagiannya|yang lain|lainnya|sisanya|the rest|others|cicil|nyicil|dicicil|bertahap|not everything yet|masing masing|masing2|ada beberapa|tertentu|certain products`,
	"O": `punya orang lain|punya saudara|titip|titipan|dititip|konsinyasi|consignment|reseller saja|cuma reseller|hanya reseller|dropshipper saja|merek orang|brand orang|through our distributor|from our supplier|
		punyanya|joinan|join|bareng|patungan|kerjasama|kerja sama|menantu|om saya|tante saya|sepupu|bude saya|pakde saya|yayasan|kelompok|komunitas|asosiasi|tim lain|pihak|pihak lain|pihak ketiga|third party|
		parent company|sister company|suami|istri|isteri|bini|husband|wife|spouse|mama|mamah|ayah|orangtua|orang tua|ortu|parents|mother|father|dad|mom|keluarga|family|saudara|sodara|mertua|ipar|mantan|
		anak saya|teman|temen|tmn|temenku|temanku|friend|friends|partner|mitra|rekan|supplier|suppliers|vendor|pabrik|pabriknya|factory|manufacturer|produsen|maklon|principal|prinsipal|distributor|importir|
		pusat|kantor pusat|kantor|headquarters|hq|induk|parent|holding|grup|pinjam|pinjem|minjem|minjam|meminjam|dipinjam|borrow|borrowed|nebeng|numpang|sewa|nyewa|menyewa|rent|rented|pakai|pake|memakai|
		menggunakan|use|using|uses|atas nama|a n|an|orang|orang lain|org|orangnya|orang lain punya|someone|someone else|somebody|else|they|their|them have|he|she|his|her|him|platform|marketplace|tokopedia|
		shopee|pemilik|owner2|landlord|toko lain|perusahaan lain|company lain|cabang|franchise|franchisor|waralaba|agency|agensi|beli|dibeli|bought|buy|tetangga|kakak saya|adik saya|bapak saya|ibu saya|
		bos saya|boss saya|client|klien|customer|pelanggan|cv lain|pt lain`,
	"o": `bapak|ibu|abang|kakak|adik|adek|bos|boss|bosku|om|tante|owner|atasan|pakde|bude|paman|bibi|tuan|kakek|nenek|bapa|emak|mak`,
	"Q": `apa|apakah|kah|adakah|kenapa|bagaimana|berapa|mana|dimana|di mana|kemana|ke mana|kapan|siapa|why|how|when|where|which|who|what|what about|how about|wajib|diwajibkan|harus|mesti|kudu|perlu|butuh|
		required|mandatory|necessary|compulsory|need|must|do i need|do we need|do i have to|is it|can|can i|bisa|boleh|bisakah|bolehkah|haruskah|perlukah|wajibkah|fungsi|fungsinya|gunanya|maksud|maksudnya|
		maksudny|mksdnya|mksd|maksdnya|arti|artinya|mean|means|meaning|contoh|contohnya|syarat|syaratnya|untuk apa|buat apa|kalau|if|unless|whether|apabila|bila|yang mana|yg mana|huh|hah|tipe|jenis|
		memang harus|ngapain|ngaruh|pengaruh|bedanya|beda|difference|apaan`,
	"R": `atau|sama|or|ato|atw|apa sudah|maupun`,
	"a": `dan|and|serta|dn|juga|jg|jga|also|too|plus|n|beserta`,
	"T": `tapi|but|cuma|cuman|cman|cma|cmn|hanya|hny|only|walau|walaupun|meski|meskipun|though|although|however|sayangnya|sayang|unfortunately|padahal|kecuali2|except that|just not|melainkan|malah|justru|
		akan tetapi|eh|eh salah|salah|ralat|maksud saya|correction|oops|sorry wrong|no wait|wait no|actually no`,
	"e": `got it`,
	"c": `karena|as we|as i|as its`,
	"r": `kepikiran|terpikir|terpikirkan|berpikir|minat|berminat|tertarik|kesampaian|keburu|berani|mampu|sanggup|bisa urus|sempat sempat|bothered|gotten around|got around|gotten round|pernah|sempat|sempet|smpt|
		ever|prnah|prnh`,
	"d": `dulu|dulunya|dahulu|tadinya|sebelumnya|previously|formerly|before|used to|used to have|had|was|were|dulu pernah|pas dulu|waktu itu|once|awalnya`,
	"g": `yang`,
	"j": `saja|doang|aja dulu`,
	"h": `cara|caranya|how to|how to get|how to get it|how to get one|how to apply|gimana caranya|cara urusnya|cara bikinnya|cara buatnya|cara daftarnya|cara mengurusnya|cara ngurusnya|cara urus|cara daftar|
		cara bikin|bagaimana caranya|bagaimana cara|harus mulai dari mana|mulai dari mana|prosedur|prosedurnya|where to start|how it works|where to get it`,
	"k": `right|setuju|sepakat|agree|agreed|all good|terkendali|aman terkendali|beres pokoknya|asiap|santuy|okee|ashiap|ok|oke|okay|okey|oks|okk|oki|siap|sip|siip|sipp|baik|baiklah|noted|good|fine|great|nice|alright|aman|mantap|mantab|gas|lanjut|
		understood|i see|👌|cool|deal|setuju|got you|boleh deh`,
	"f": `kebetulan|syukurlah|puji tuhan|puji syukur|pokoknya|intinya|to be honest|luckily|fortunately|thankfully|thank god|in fact|btw|fyi|anywhere|anu|monggo|juragan|agan|donk|dunk|re|insya|oh sudah|hehehehe|
		ooo|yaampun|ya ampun|astaga|astagfirullah|masyaallah|sumpah dah|pokoke|lho ya|emang sih|kalau itu|kalau yang itu|kalau soal itu|kalau ini|untuk yang itu|buat yang itu|as a matter of fact|indeed yes|
		dear|boss2|info saja|sekedar info|just fyi|for your information|kak|kakanda|pak|bu|mas|mbak|min|bang|gan|bro|sis|say|sist|mbakyu|cik|koh|ko|ci|ce|cak|kang|teh|neng|bunda|bun|ayah2|mang|akang|teteh|aa|
		dek|dik|sob|bre|cuy|bestie|sir|maam|mam|madam|miss|mister|mr|mrs|man|dude|mate|guys|kakak2|dong|kok|sih|nih|deh|lah|tuh|loh|lho|ko2|tho|to2|nya|kan|mah|toh|dah2|atuh|euy|jeh|je|yo|yuk|kakak admin|hmm|
		hm|hmmm|um|umm|uh|er|eh2|ah|oh|ooh|o|oo|oh ya|oh iya|oiya|o iya|oya|wah|waduh|aduh|duh|yah|yaah|yaahh|hehe|hehehe|he he|haha|hahaha|wkwk|wkwkwk|wk|lol|xixi|hihi|heheh|wkwkw|mohon|tolong|please|pls|plis|
		banyak|memang|emang|mmg|mmang|emg|sungguh|sumpah|serius|beneran|maaf baru balas|baru balas|tbh|ngl|fr|benar benar|bener2|bnr2|really|seriously|honestly|jujur|jujur saja|sejujurnya|terus terang|actually|
		well|so|tenang|tenang saja|jangan khawatir|dont worry|no worries|no problem|tidak masalah|tidak ada masalah|tidak apa apa|tidak papa|tidak apa2|gapapa|gpp|gppa|tidak usah khawatir|santai|kalem|
		tentang itu|untuk itu|soal itu|mengenai itu|about that|about it|for that|sebenarnya|sebenernya|sbnrnya|sebetulnya|sejauh ini|so far|sekali|bgt|banget|sangat|very|much|sama sekali|samsek|sama2|satupun|
		satu pun|apapun|apa pun|apa apa|apa2|apapa|papa|sekalipun|at all|any|anything|whatsoever|anymore|any more|yet|kok ya|ya kak|ya min|ya mas|ya mbak|ya pak|ya bu|ya bro|ya gan|ya sis|ya bang|ya kakak|
		ya mimin|ya dok|dok|terus|trus|trs|pun|resminya2|secara resmi|secara hukum|officially|legally|alhamdulillah|alhamdulilah|alhamdullilah|alhamdulillaah|alhamdulilllah|syukur|terlampir|attached|berikut|
		lho kok|berikut nomornya`,
	"i": `ours|begituan|gituan|kayak gini|tersebut itu|tsb itu|yang diminta|yang ditanyakan|yang dimaksud|dimaksud|yang disebut|yang begituan|saya|kami|i|im|ive|we|weve|us|our|my|me|it|its|is|are|am|be|been|being|the|
		a|that|this|those|these|them|one|ones|do|does|did|has been|sendiri|self|itu|tu|ini|tersebut|tsb|tadi|soal|tentang|mengenai|masalah|perihal|about|regarding|begituan|kayak gitu|kayak gituan|yang ini|
		that one|this one|as|we already|such`,
	"t": `ages|for ages|since|until|sampai|sampe|smpe|hingga|sejauh|tahun 2019|pertengahan|akhir|awal|kira2an|jauh|jauh hari|belakangan|sedari|dr dulu|dulu dulu|jam|pagi tadi|semalam|tadi malam|already long|
		a while ago|a while|some time ago|recent|in march|in april|in may|jan|feb|apr|jun|jul|agt|sep|okt|nov|des|present|presently|this year|this month|this week|early|late|tengah tahun|kemarin|kmrn|kemaren|
		tadi pagi|barusan ini|lama|sejak|semenjak|tahun|tahun lalu|tahun kemarin|bulan|bulan lalu|bulan kemarin|bulan ini|tahun ini|minggu|minggu lalu|minggu ini|hari|hari ini|lalu|yang lalu|ago|last|last year|
		last month|last week|year|years|month|months|week|weeks|day|days|yesterday|today|dari dulu|dari lama|sejak dulu|sejak lama|dari awal|sejak awal|since the start|from the start|for years|for a long time|
		long ago|a long time ago|long|sekarang|saat ini|untuk saat ini|saat sekarang|now|for now|right now|currently|at the moment|as of now|sementara|sementara ini|untuk sementara|untuk sekarang|
		sampai sekarang|sampai saat ini|hingga kini|until now|till now|in 2023|januari|februari|maret|april|mei|juni|juli|agustus|september|oktober|november|desember|january|february|march|june|july|august|
		october|december|dari awal buka|sejak buka|sejak awal buka|dari awal jualan|sejak awal jualan`,
	// Real words one letter away from an answer word, and words that only look like answers.
	"z": `susah|mudah|sudut|besar|beras|belut|bulu|buka|busuk|tindak|tidur|bedak|betis|batal|butuhnya|punah|punk|adu|abad|adat|ides|ready stock|ready stok|jual|jualin|kasir|sedan|off|sudan|see|bee|add|sering|
		basi|kurus|harus2|gudang|lagu|laga|nasi|massa|sudahlah|udahlah|udahlah ya|sudah lah|sudah cukup|cukup|kapal|semut|semula|jasa|keluarga2|terbang|terbaik|lengkuas|leasing|stop|agen|ulang|kembali|menu|
		bantuan|oke google|gotta|tahu bulat|tahu tempe|tempe|yasudah|yaudah|ya sudahlah|yaudahlah|yowes|yowis|yo wis|adik kakak`,
	"I": `lewat|melalui|via|of|for|from us|with|in|to|at|on|by|di|ke|pada|untuk|utk|dengan|dgn|oleh|dalam|dlm|dari|lewat oss|via oss|from|sebagai|bagi|per`,
	"w": `sampingan|iseng|hobi|ribet|mahal|malas|males|sibuk|repot|takut|modal|omzet|omset|pemula|newbie|perorangan|perseorangan|mandiri|home industry|home business|hasil|hasilnya|dinas|dpmptsp|ptsp|kementerian|
		pemda|kelurahan|kecamatan|kabupaten|provinsi|daerah|setempat|notaris|konsultan|biro|tahap|tahapan|fase|stage|step|warung|warungan|kaki lima|jualannya|jual beli|bikinan sendiri|usaha baru|masih baru|
		pribadi saya|just a|startup|just started|we just started|just starting|baru mulai|baru mulai jualan|baru jalan|baru buka|baru jualan|baru merintis|baru rintis|merintis|rintisan|mulai|start|started|
		mulainya|setiap|kok gitu|di atas|diatas|above|aforementioned|simple|simpel|sederhana|sebulan|setahun|dua bulan|tiga bulan|baru sebulan|through oss|sistem|website|web|pemilik usaha|pengusaha|pedagang|
		penjual|reseller|dropship|dropshipper|home made|homemade|rumah tangga|skala|level|tingkat|company ltd|business is|still small|masih kecil|masih rumahan|masih sederhana|masih pemula|masih merintis|
		masih rintisan|masih kecil kecilan|masih usaha kecil|masih skala kecil|masih sendiri|masih perorangan|masih umkm|masih mikro|still a small business|still new|still a startup|still small business|
		too small|terlalu kecil|new|brand new|usaha|usahanya|usaha saya|usaha kami|toko|tokonya|toko saya|perusahaan|perusahaan kami|perusahaan saya|bisnis|bisnis saya|produk|produknya|produk saya|produk kami|
		barang|barangnya|pt|cv|ud|umkm|rumahan|rumah|kecil|kecilan|kecil kecilan|mikro|micro|small|home|jalan|company|business|shop|store|product|products|yang itu|jualan|pribadi|here|disini|di sini|sini|there|
		pemerintah|government|online|oss rba|office|kantor pajak|biaya|dana|uang|modalnya|berjalan|sehat|besar usaha|customers|stok|stock|pembuatan usaha|pagi|siang|sore|malam|morning`,
	"F": `halo|hallo|hai|hi|hello|hey|helo|selamat pagi|selamat siang|selamat sore|selamat malam|assalamualaikum|good morning|good afternoon|good evening|hello there|makasih|terima kasih|terimakasih|thank you|
		thank u|thankyou|thanks|makasih banyak|matur suwun|hatur nuhun|tq|ty|maaf|mohon maaf|sorry|sori|sry|punten|ngapunten|permisi|nuwun sewu`,
	"m":  `nomor|no nib|no bpom|no izin|no nya|nonya|noreg|no reg|nomor registrasi|number|numbers`,
	"BJ": `belum ada kabar|belum ada hasil|belum ada jawaban|belum ada info|no news yet|belum ada kabarnya|belum ada hasilnya`,
}

// answerPhrase is one entry of answerClasses.
type answerPhrase struct {
	words []string
	class string
}

// answerLexicon finds the longest phrase that starts with a word.
var answerLexicon = buildAnswerLexicon()

func buildAnswerLexicon() map[string][]answerPhrase {
	lexicon := map[string][]answerPhrase{}
	for class, list := range answerClasses {
		for entry := range strings.SplitSeq(list, "|") {
			words := strings.Fields(entry)
			if len(words) == 0 {
				continue
			}
			for i, w := range words {
				if full, ok := answerSpellings[w]; ok {
					words[i] = full
				}
			}
			lexicon[words[0]] = append(lexicon[words[0]], answerPhrase{words, class})
		}
	}
	for first := range lexicon {
		phrases := lexicon[first]
		for i := 1; i < len(phrases); i++ { // longest first; lists are short
			for j := i; j > 0 && len(phrases[j].words) > len(phrases[j-1].words); j-- {
				phrases[j], phrases[j-1] = phrases[j-1], phrases[j]
			}
		}
	}
	return lexicon
}

// answerPapers are the papers that YesNoReading.Papers names.
var answerPapers = set(`nib bpom pirt halal ojk siup siupl siujk tdp akta npwp cpotb cpkb cpob cppob ppiu pihk sia sipa akd akl kemenkes
	dinkes pse haki merek iso mui bpjph koperasi`)
